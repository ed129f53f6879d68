// Batch norm and what follows it (ReLU, max pooling, the addition of a residual block) in two passes over the tensor, forward and back: statistics, then everything else.
//
// Statistics are sums of a row in float, of rows in double, in an order that does not depend on the number of threads.
#pragma once
#include "normalisation/normalisation.h"
#include "parallel-for.h"
#include "vector.h"

namespace transfusion::TRANSFUSION_ISA {

typedef std::uint8_t Bytes __attribute__((vector_size(TRANSFUSION_LANES)));
typedef std::uint8_t UnalignedBytes __attribute__((vector_size(TRANSFUSION_LANES), aligned(1), may_alias));

TRANSFUSION_INLINE Mask loadBytes(const std::uint8_t* from, int count) {
  Bytes bytes{};
  if (count >= kLanes)
    bytes = *reinterpret_cast<const UnalignedBytes*>(from);
  else
    for (int lane = 0; lane < count; lane++) bytes[lane] = from[lane];
  return __builtin_convertvector(bytes, Mask);
}

TRANSFUSION_INLINE void storeBytes(std::uint8_t* to, Mask values, int count) {
  const Bytes bytes = __builtin_convertvector(values, Bytes);
  if (count >= kLanes)
    *reinterpret_cast<UnalignedBytes*>(to) = bytes;
  else
    for (int lane = 0; lane < count; lane++) to[lane] = bytes[lane];
}

// How many values pad an axis before its first one: TensorFlow's SAME, with windows of 3 at stride 2.
TRANSFUSION_INLINE int paddingBefore(int side) { return larger(((side + 1) / 2 - 1) * 2 + 3 - side, 0) / 2; }

// Sums are taken by blocks of channels, which keep their running sums in the first cache while the pixels of a row pass in the order in
// which they lie in memory, and by parts of the rows: together about kTasks, so that partial sums stay few where channels are many.
constexpr int kBlock = 256, kTasks = 64;

TRANSFUSION_INLINE int blocksOf(int channels) { return ceilDivide(channels, kBlock); }
TRANSFUSION_INLINE int partsOf(int channels) { return larger(1, kTasks / blocksOf(channels)); }

// Two sums a channel over all rows of a tensor: body(row, start, count, first, second) adds those of a row, for channels start ..
// start + count - 1, a vector of channels to each element of `first` and `second`. `sums` gets 2 x channels values, of memory for
// sumFloats(channels).
template <class Body>
TRANSFUSION_INLINE void sumRows(const Parallel& parallel, int rows, int channels, double* sums, Body&& body) {
  double* partial = sums + 2 * channels;
  const int blocks = blocksOf(channels), parts = partsOf(channels);
  parallelFor(parallel, parts * blocks, 1, [&](int begin, int end) {
    for (int task = begin; task < end; task++) {
      const int part = task / blocks, start = task % blocks * kBlock, count = smaller(kBlock, channels - start);
      double* first = partial + static_cast<std::ptrdiff_t>(part) * 2 * channels + start;
      double* second = first + channels;
      for (int c = 0; c < count; c++) first[c] = second[c] = 0;
      const int from = static_cast<int>(static_cast<std::int64_t>(rows) * part / parts);
      const int to = static_cast<int>(static_cast<std::int64_t>(rows) * (part + 1) / parts);
      for (int row = from; row < to; row++) {
        Vector a[kBlock / kLanes], b[kBlock / kLanes];
        for (int c = 0; c < count; c += kLanes) a[c / kLanes] = b[c / kLanes] = zero();
        body(row, start, count, a, b);
        for (int c = 0; c < count; c++) {
          first[c] += a[c / kLanes][c % kLanes];
          second[c] += b[c / kLanes][c % kLanes];
        }
      }
    }
  });
  for (int c = 0; c < 2 * channels; c++) sums[c] = partial[c];
  for (int part = 1; part < parts; part++)
    for (int c = 0; c < 2 * channels; c++) sums[c] += partial[static_cast<std::ptrdiff_t>(part) * 2 * channels + c];
}

// In floats: the sums and what they are made of.
TRANSFUSION_INLINE std::size_t sumFloats(int channels) { return static_cast<std::size_t>(partsOf(channels) + 1) * 2 * channels * 2; }

// sumRows with a body for one pixel at a time: body(place, channel, lanes, first, second).
template <class Body>
TRANSFUSION_INLINE void sumPixels(const Parallel& parallel, int rows, int width, int channels, double* sums, Body&& body) {
  sumRows(parallel, rows, channels, sums, [&](int row, int start, int count, Vector* first, Vector* second) __attribute__((always_inline)) {
    const int whole = count / kLanes, done = whole * kLanes;
    for (int w = 0; w < width; w++) {
      const std::ptrdiff_t place = (static_cast<std::ptrdiff_t>(row) * width + w) * channels + start;
      for (int i = 0; i < whole; i++) body(place + i * kLanes, start + i * kLanes, kLanes, first[i], second[i]);
      if (done < count) body(place + done, start + done, count - done, first[whole], second[whole]);
    }
  });
}

TRANSFUSION_INLINE double reciprocalRoot(double variance, float epsilon) { return 1 / __builtin_sqrt(variance + epsilon); }

// gamma (x - mean) / sqrt(variance + epsilon) + beta, then what follows.
template <After after>
TRANSFUSION_INLINE void apply(const Normalisation& shape, const float* x, const float* scale, const float* mean, const float* beta, float* out,
                              std::uint8_t* winners, const Parallel& parallel) {
  const int H = shape.height, W = shape.width, C = shape.channels, outH = shape.outHeight(), outW = shape.outWidth();
  const int top = paddingBefore(H), left = paddingBefore(W);
  parallelFor(parallel, shape.batch * outH, 4, [&](int begin, int end) {
    for (int row = begin; row < end; row++) {
      const float* image = x + static_cast<std::ptrdiff_t>(row / outH) * H * W * C;
      const int i = row % outH;
      for (int j = 0; j < outW; j++)
        for (int c = 0; c < C; c += kLanes) {
          const int lanes = smaller(kLanes, C - c);
          const Vector s = loadFirst(scale + c, lanes), m = loadFirst(mean + c, lanes), b = loadFirst(beta + c, lanes);
          const std::ptrdiff_t place = (static_cast<std::ptrdiff_t>(row) * outW + j) * C + c;
          Vector best = zero();
          if constexpr (after == After::reluAndPool) {
            Mask winner = Mask{} + kNoWinner;
            const int h0 = i * 2 - top, w0 = j * 2 - left;
            for (int u = larger(0, -h0); u < 3 && h0 + u < H; u++)
              for (int v = larger(0, -w0); v < 3 && w0 + v < W; v++) {
                const float* from = image + (static_cast<std::ptrdiff_t>(h0 + u) * W + w0 + v) * C + c;
                const Vector value = (loadFirst(from, lanes) - m) * s + b;
                // So that what is not a number wins, and is seen.
                const Mask loses = value <= best;
                best = loses ? best : value;
                winner = loses ? winner : Mask{} + (u * 3 + v);
              }
            if (winners) storeBytes(winners + place, winner, lanes);
          } else {
            Vector value = (loadFirst(x + place, lanes) - m) * s + b;
            if constexpr (after == After::addAndRelu) value += loadFirst(shape.residual + place, lanes);
            if constexpr (after == After::nothing)
              best = value;
            else
              best = value <= best ? best : value;
          }
          storeFirst(out + place, best, lanes);
        }
    }
  });
}

// body(constant) with what follows as a compile-time constant.
template <class Body>
TRANSFUSION_INLINE void dispatch(After after, Body&& body) {
  switch (after) {
    case After::nothing: return body(Constant<static_cast<int>(After::nothing)>{});
    case After::relu: return body(Constant<static_cast<int>(After::relu)>{});
    case After::reluAndPool: return body(Constant<static_cast<int>(After::reluAndPool)>{});
    case After::addAndRelu: return body(Constant<static_cast<int>(After::addAndRelu)>{});
  }
}

inline void applyAny(const Normalisation& shape, const float* x, const float* scale, const float* mean, const float* beta, float* out,
                     std::uint8_t* winners, const Parallel& parallel) {
  dispatch(shape.after(), [&](auto constant) {
    constexpr After after = static_cast<After>(static_cast<int>(decltype(constant){}));
    apply<after>(shape, x, scale, mean, beta, out, winners, parallel);
  });
}

inline Outcome normaliseTraining(const Normalisation& shape, const float* x, const float* gamma, const float* beta, float* out,
                                 std::uint8_t* winners, float* mean, float* variance, const Execution& run) {
  const int C = shape.channels, W = shape.width, rows = shape.batch * shape.height;
  const double count = static_cast<double>(rows) * W;
  float* memory = run.scratch.get(run.scratch.owner, sumFloats(C) + C);
  if (!memory) return Outcome::noMemory;
  double* sums = reinterpret_cast<double*>(memory);
  float* scale = memory + sumFloats(C);
  // Around each channel's first value, so that a mean far from zero costs the variance no digits.
  sumPixels(run.parallel, rows, W, C, sums,
            [&](std::ptrdiff_t place, int c, int lanes, Vector& sum, Vector& square) __attribute__((always_inline)) {
              const Vector centred = loadFirst(x + place, lanes) - loadFirst(x + c, lanes);
              sum += centred;
              square += centred * centred;
            });
  for (int c = 0; c < C; c++) {
    const double shift = sums[c] / count, spread = sums[C + c] / count - shift * shift;
    const double biased = spread < 0 ? 0 : spread;
    mean[c] = static_cast<float>(x[c] + shift);
    variance[c] = static_cast<float>(biased);
    scale[c] = static_cast<float>(gamma[c] * reciprocalRoot(biased, shape.epsilon));
  }
  applyAny(shape, x, scale, mean, beta, out, winners, run.parallel);
  return Outcome::done;
}

inline Outcome normaliseInference(const Normalisation& shape, const float* x, const float* gamma, const float* beta, const float* mean,
                                  const float* variance, float* out, const Execution& run) {
  float* scale = run.scratch.get(run.scratch.owner, shape.channels);
  if (!scale) return Outcome::noMemory;
  for (int c = 0; c < shape.channels; c++) scale[c] = static_cast<float>(gamma[c] * reciprocalRoot(variance[c], shape.epsilon));
  applyAny(shape, x, scale, mean, beta, out, nullptr, run.parallel);
  return Outcome::done;
}

// A normalised value can be had from the pooled output, (out - beta) / gamma, a quarter of the reading; not where gamma is so small
// beside beta that rounding is enlarged, nor where it is zero.
TRANSFUSION_INLINE bool canDivide(const float* gamma, const float* beta, int lanes) {
  for (int lane = 0; lane < lanes; lane++) {
    const float g = gamma[lane] < 0 ? -gamma[lane] : gamma[lane], b = beta[lane] < 0 ? -beta[lane] : beta[lane];
    if (!(g > 1e-30f && b <= 64 * g)) return false;
  }
  return true;
}

// Sums over the windows: of the gradient that passes, and of that times the winner's normalised value.
inline void sumPooled(const Normalisation& shape, const float* dout, const float* out, const std::uint8_t* winners, const float* x,
                      const float* gamma, const float* beta, const float* mean, const float* root, double* sums, const Parallel& parallel) {
  const int H = shape.height, W = shape.width, C = shape.channels, outH = shape.outHeight(), outW = shape.outWidth();
  const int top = paddingBefore(H), left = paddingBefore(W);
  const auto add = [&](int row, int start, int count, Vector* firsts, Vector* seconds) __attribute__((always_inline)) {
    for (int c = start; c < start + count; c += kLanes) {
      const int lanes = smaller(kLanes, start + count - c);
      Vector &sum = firsts[(c - start) / kLanes], &product = seconds[(c - start) / kLanes];
      const std::ptrdiff_t first = static_cast<std::ptrdiff_t>(row) * outW * C + c;
      if (canDivide(gamma + c, beta + c, lanes)) {
        const Vector b = loadFirst(beta + c, lanes);
        Vector divisor = loadFirst(gamma + c, lanes);
        for (int lane = lanes; lane < kLanes; lane++) divisor[lane] = 1;
        const Vector inverse = all(1.0f) / divisor;
        for (int j = 0; j < outW; j++) {
          const std::ptrdiff_t place = first + static_cast<std::ptrdiff_t>(j) * C;
          const Mask passes = loadBytes(winners + place, lanes) != kNoWinner;
          const Vector g = passes ? loadFirst(dout + place, lanes) : zero();
          sum += g;
          product += g * ((loadFirst(out + place, lanes) - b) * inverse);
        }
        continue;
      }
      const float* image = x + static_cast<std::ptrdiff_t>(row / outH) * H * W * C + c;
      const int h0 = row % outH * 2 - top;
      for (int j = 0; j < outW; j++) {
        const std::ptrdiff_t place = first + static_cast<std::ptrdiff_t>(j) * C;
        for (int lane = 0; lane < lanes; lane++) {
          const int winner = winners[place + lane];
          if (winner == kNoWinner) continue;
          const float value = image[(static_cast<std::ptrdiff_t>(h0 + winner / 3) * W + j * 2 - left + winner % 3) * C + lane];
          const float g = dout[place + lane];
          sum[lane] += g;
          product[lane] += g * ((value - mean[c + lane]) * root[c + lane]);
        }
      }
    }
  };
  sumRows(parallel, shape.batch * outH, C, sums, add);
}

// The gradient that passes what follows; not for pooling.
template <After after>
TRANSFUSION_INLINE Vector passing(const float* dout, const float* out, std::ptrdiff_t place, int lanes) {
  if constexpr (after == After::nothing) return loadFirst(dout + place, lanes);
  return loadFirst(out + place, lanes) > zero() ? loadFirst(dout + place, lanes) : zero();
}

// The same without pooling. With an addition, the gradient that passes is that of the other branch too.
template <After after>
TRANSFUSION_INLINE void sumUnpooled(const Normalisation& shape, const float* dout, const float* out, const float* x, const float* mean,
                                    const float* root, double* sums, const Parallel& parallel) {
  const int W = shape.width, C = shape.channels;
  sumPixels(parallel, shape.batch * shape.height, W, C, sums,
            [&](std::ptrdiff_t place, int c, int lanes, Vector& sum, Vector& product) __attribute__((always_inline)) {
              const Vector g = passing<after>(dout, out, place, lanes);
              if constexpr (after == After::addAndRelu) storeFirst(shape.dresidual + place, g, lanes);
              sum += g;
              product += g * ((loadFirst(x + place, lanes) - loadFirst(mean + c, lanes)) * loadFirst(root + c, lanes));
            });
}

// dx = gamma / sqrt(variance + epsilon) (g - mean of g - xhat times mean of g xhat), as factor g + slope (x - mean) + constant.
struct GradientLine {
  float *factor, *slope, *constant;
};

template <After after>
TRANSFUSION_INLINE void spread(const Normalisation& shape, const float* dout, const float* out, const std::uint8_t* winners, const float* x,
                               const float* mean, const GradientLine& line, float* dx, const Parallel& parallel) {
  const int H = shape.height, W = shape.width, C = shape.channels, outH = shape.outHeight(), outW = shape.outWidth();
  const int top = paddingBefore(H), left = paddingBefore(W);
  parallelFor(parallel, shape.batch * H, 4, [&](int begin, int end) {
    for (int row = begin; row < end; row++) {
      const int image = row / H, i = row % H + top;
      // Windows whose three rows hold row i (counted with padding).
      const int firstRow = larger(0, (i - 1) / 2), lastRow = smaller(outH - 1, i / 2);
      for (int column = 0; column < W; column++) {
        const int j = column + left;
        const int firstColumn = larger(0, (j - 1) / 2), lastColumn = smaller(outW - 1, j / 2);
        const std::ptrdiff_t place = (static_cast<std::ptrdiff_t>(row) * W + column) * C;
        for (int c = 0; c < C; c += kLanes) {
          const int lanes = smaller(kLanes, C - c);
          Vector g = zero();
          if constexpr (after == After::reluAndPool) {
            for (int oi = firstRow; oi <= lastRow; oi++)
              for (int oj = firstColumn; oj <= lastColumn; oj++) {
                const std::ptrdiff_t window = ((static_cast<std::ptrdiff_t>(image) * outH + oi) * outW + oj) * C + c;
                const Mask wins = loadBytes(winners + window, lanes) == (i - oi * 2) * 3 + j - oj * 2;
                g += wins ? loadFirst(dout + window, lanes) : zero();
              }
          } else {
            // With an addition, the sums have left the gradient that passes.
            constexpr After left = after == After::addAndRelu ? After::nothing : after;
            g = passing<left>(after == After::addAndRelu ? shape.dresidual : dout, out, place + c, lanes);
          }
          const Vector centred = loadFirst(x + place + c, lanes) - loadFirst(mean + c, lanes);
          const Vector result =
              g * loadFirst(line.factor + c, lanes) + centred * loadFirst(line.slope + c, lanes) + loadFirst(line.constant + c, lanes);
          storeFirst(dx + place + c, result, lanes);
        }
      }
    }
  });
}

inline Outcome normaliseGradient(const Normalisation& shape, const float* dout, const float* out, const std::uint8_t* winners, const float* x,
                                 const float* gamma, const float* beta, const float* mean, const float* variance, float* dx, float* dgamma,
                                 float* dbeta, const Execution& run) {
  const int C = shape.channels;
  float* memory = run.scratch.get(run.scratch.owner, sumFloats(C) + 4 * static_cast<std::size_t>(C));
  if (!memory) return Outcome::noMemory;
  double* sums = reinterpret_cast<double*>(memory);
  float* root = memory + sumFloats(C);
  const GradientLine line{root + C, root + 2 * C, root + 3 * C};
  for (int c = 0; c < C; c++) root[c] = static_cast<float>(reciprocalRoot(variance[c], shape.epsilon));
  dispatch(shape.after(), [&](auto constant) {
    constexpr After after = static_cast<After>(static_cast<int>(decltype(constant){}));
    if constexpr (after == After::reluAndPool)
      sumPooled(shape, dout, out, winners, x, gamma, beta, mean, root, sums, run.parallel);
    else
      sumUnpooled<after>(shape, dout, out, x, mean, root, sums, run.parallel);
  });
  const double count = static_cast<double>(shape.batch) * shape.height * shape.width;
  for (int c = 0; c < C; c++) {
    const double factor = gamma[c] * reciprocalRoot(variance[c], shape.epsilon);
    dbeta[c] = static_cast<float>(sums[c]);
    dgamma[c] = static_cast<float>(sums[C + c]);
    line.factor[c] = static_cast<float>(factor);
    line.slope[c] = static_cast<float>(-factor * reciprocalRoot(variance[c], shape.epsilon) * sums[C + c] / count);
    line.constant[c] = static_cast<float>(-factor * sums[c] / count);
  }
  dispatch(shape.after(), [&](auto constant) {
    constexpr After after = static_cast<After>(static_cast<int>(decltype(constant){}));
    spread<after>(shape, dout, out, winners, x, mean, line, dx, run.parallel);
  });
  return Outcome::done;
}

constexpr NormalisationPasses kNormalisationPasses{normaliseTraining, normaliseInference, normaliseGradient};

}  // namespace transfusion::TRANSFUSION_ISA
