// Products of small complex matrices: the inner loop of the convolution, once for every frequency.
//
// A row-group of C, MR rows by NV vectors of complex numbers, stays in registers over the whole sum. Rows come from A as scalars that are
// broadcast, columns from B as vectors; every vector of real parts lies directly before its vector of imaginary parts.
#pragma once
#include "vector.h"

namespace transfusion::TRANSFUSION_ISA {

// Rows and vectors of the register block: 2 * rows * vectors accumulators plus the operands have to fit the registers.
#if TRANSFUSION_LANES == 16
constexpr int kBlockRows = 6, kBlockVectors = 2;  // 24 of 32 registers
#else
constexpr int kBlockRows = 3, kBlockVectors = 2;  // 12 of 16 registers
#endif

// One scalar in all lanes, read from memory by the broadcast itself. The compiler would load it once, keep it in a register that the block
// needs, and broadcast it from there in the pipes that multiply.
TRANSFUSION_INLINE Vector broadcast(const float* from) {
#if TRANSFUSION_LANES == 8 && defined(__AVX2__)
  Vector value;
  asm volatile("vbroadcastss %1, %0" : "=x"(value) : "m"(*from));
  return value;
#else
  return all(*from);
#endif
}

// The sum runs over `outer` times `inner` terms: scalars of A advance by 1 * innerStep within a group and by outerStep between groups.
struct SumOver {
  int outer, inner, lastInner;
  std::ptrdiff_t outerStep, innerStep;
};

// A network's convolution is a correlation: one of the two factors is conjugated.
enum class Conjugate { a, b };

template <int Rows, int Vectors, Conjugate conjugate>
__attribute__((noinline)) void blockProduct(const SumOver& sum, const float* const* rows, std::ptrdiff_t imaginary, const float* b,
                                            std::ptrdiff_t bStep, float* const* c, bool accumulate) {
  Vector re[Rows][Vectors], im[Rows][Vectors];
  unroll<Rows>(TRANSFUSION_EACH(m) {
    unroll<Vectors>(TRANSFUSION_EACH(v) { re[m][v] = im[m][v] = zero(); });
  });
  const float* a[Rows];
  unroll<Rows>(TRANSFUSION_EACH(m) { a[m] = rows[m]; });
  for (int group = 0; group < sum.outer; group++) {
    const int inner = group + 1 < sum.outer ? sum.inner : sum.lastInner;
    std::ptrdiff_t offset = group * sum.outerStep;
    for (int k = 0; k < inner; k++) {
      unroll<Vectors>(TRANSFUSION_EACH(v) {
        const Vector bRe = load(b + v * 2 * kLanes), bIm = load(b + v * 2 * kLanes + kLanes);
        unroll<Rows>(TRANSFUSION_EACH(m) {
          const Vector aRe = broadcast(a[m] + offset);
          re[m][v] += aRe * bRe;
          if constexpr (conjugate == Conjugate::b)
            im[m][v] -= aRe * bIm;
          else
            im[m][v] += aRe * bIm;
        });
        unroll<Rows>(TRANSFUSION_EACH(m) {
          const Vector aIm = broadcast(a[m] + offset + imaginary);
          re[m][v] += aIm * bIm;
          if constexpr (conjugate == Conjugate::a)
            im[m][v] -= aIm * bRe;
          else
            im[m][v] += aIm * bRe;
        });
      });
      offset += sum.innerStep;
      b += bStep;
    }
  }
  unroll<Rows>(TRANSFUSION_EACH(m) {
    unroll<Vectors>(TRANSFUSION_EACH(v) {
      float* to = c[m] + v * 2 * kLanes;
      if (accumulate) {
        re[m][v] += load(to);
        im[m][v] += load(to + kLanes);
      }
      store(to, re[m][v]);
      store(to + kLanes, im[m][v]);
    });
  });
}

template <Conjugate conjugate>
TRANSFUSION_INLINE void blockProduct(int rowCount, int vectorCount, const SumOver& sum, const float* const* rows, std::ptrdiff_t imaginary,
                                     const float* b, std::ptrdiff_t bStep, float* const* c, bool accumulate) {
  unroll<kBlockRows>(TRANSFUSION_EACH(index) {
    constexpr int count = index + 1;
    if (rowCount != count) return;
    if (vectorCount == kBlockVectors)
      blockProduct<count, kBlockVectors, conjugate>(sum, rows, imaginary, b, bStep, c, accumulate);
    else
      blockProduct<count, 1, conjugate>(sum, rows, imaginary, b, bStep, c, accumulate);
  });
}

}  // namespace transfusion::TRANSFUSION_ISA
