// Vectors of LANES floats, in the notation of the compiler: one source serves SSE, AVX2, AVX-512 and NEON.
//
// A translation unit defines TRANSFUSION_LANES and TRANSFUSION_ISA before it includes anything. All that depends on the instruction
// set lies in the namespace transfusion::TRANSFUSION_ISA and uses nothing of the standard library that has code: a function that the
// linker merges between translation units could otherwise carry AVX-512 instructions into the plain path.
#pragma once
#include <cstddef>
#include <cstdint>

#if !defined(TRANSFUSION_LANES) || !defined(TRANSFUSION_ISA)
#error "define TRANSFUSION_LANES and TRANSFUSION_ISA"
#endif

#define TRANSFUSION_INLINE __attribute__((always_inline)) inline
// For lambdas that a compile-time loop calls.
#define TRANSFUSION_EACH(index) [&](auto index) __attribute__((always_inline))

namespace transfusion::TRANSFUSION_ISA {

constexpr int kLanes = TRANSFUSION_LANES;

typedef float Vector __attribute__((vector_size(4 * TRANSFUSION_LANES)));
typedef float UnalignedVector __attribute__((vector_size(4 * TRANSFUSION_LANES), aligned(4), may_alias));
typedef std::int32_t Mask __attribute__((vector_size(4 * TRANSFUSION_LANES)));

TRANSFUSION_INLINE Vector load(const float* from) { return *reinterpret_cast<const UnalignedVector*>(from); }
TRANSFUSION_INLINE void store(float* to, Vector value) { *reinterpret_cast<UnalignedVector*>(to) = value; }
TRANSFUSION_INLINE Vector zero() { return Vector{}; }
TRANSFUSION_INLINE Vector all(float value) { return value - Vector{}; }

// The first `count` lanes; the others are zero.
TRANSFUSION_INLINE Vector loadFirst(const float* from, int count) {
  if (count >= kLanes) return load(from);
  Vector value{};
  for (int lane = 0; lane < count; lane++) value[lane] = from[lane];
  return value;
}

TRANSFUSION_INLINE void storeFirst(float* to, Vector value, int count) {
  if (count >= kLanes) return store(to, value);
  for (int lane = 0; lane < count; lane++) to[lane] = value[lane];
}

template <int Value>
struct Constant {
  constexpr operator int() const { return Value; }
};
template <int... Values>
struct Sequence {};
template <int Count, int... Values>
struct MakeSequence : MakeSequence<Count - 1, Count - 1, Values...> {};
template <int... Values>
struct MakeSequence<0, Values...> {
  using type = Sequence<Values...>;
};
template <class Body, int... Values>
TRANSFUSION_INLINE void unroll(Sequence<Values...>, Body&& body) {
  (body(Constant<Values>{}), ...);
}
// body(0) ... body(Count - 1), each with its index as a compile-time constant.
template <int Count, class Body>
TRANSFUSION_INLINE void unroll(Body&& body) {
  unroll(typename MakeSequence<Count>::type{}, body);
}

constexpr int smaller(int a, int b) { return a < b ? a : b; }
constexpr int larger(int a, int b) { return a > b ? a : b; }
constexpr int ceilDivide(int a, int b) { return (a + b - 1) / b; }

}  // namespace transfusion::TRANSFUSION_ISA
