// Runs every pass of every instruction set on many shapes against direct sums in double precision; for builds with sanitisers, without
// TensorFlow. Prints what was wrong and ends with 1, or prints a line for each set and ends with 0.
//
// The 16-lane source is compiled for AVX2 here: the compiler splits its vectors, so that the code is proven on machines without AVX-512.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <vector>

#include "instruction-sets.h"
#include "scratch.h"
#include "workers.h"

using namespace transfusion;

namespace {

int failures = 0;

// A linear congruential generator: the same numbers everywhere.
struct Random {
  std::uint64_t state;
  double uniform() {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state >> 11) / static_cast<double>(std::uint64_t{1} << 53) - 0.5;
  }
  std::vector<float> values(std::size_t count) {
    std::vector<float> result(count);
    for (float& value : result) value = static_cast<float>(uniform());
    return result;
  }
};

#if defined(TRANSFUSION_ONE_TILE)
constexpr int kTiles[] = {16};
#else
constexpr int kTiles[] = {16, 20, 32, 36};
#endif

using Doubles = std::vector<double>;

// Direct sums: y, dx and dkernel of one convolution, for a given dy.
struct Direct {
  Doubles y, dx, dkernel;
  Direct(const Convolution& c, const std::vector<float>& x, const std::vector<float>& kernel, const std::vector<float>& dy)
      : y(dy.size()), dx(x.size()), dkernel(kernel.size()) {
    const int k = c.kernel, half = k / 2;
    for (int b = 0; b < c.batch; b++)
      for (int i = 0; i < c.height; i++)
        for (int j = 0; j < c.width; j++)
          for (int u = 0; u < k; u++)
            for (int v = 0; v < k; v++) {
              const int h = i + u - half, w = j + v - half;
              if (h < 0 || w < 0 || h >= c.height || w >= c.width) continue;
              const std::size_t out = ((static_cast<std::size_t>(b) * c.height + i) * c.width + j) * c.outputs;
              const std::size_t in = ((static_cast<std::size_t>(b) * c.height + h) * c.width + w) * c.inputs;
              for (int p = 0; p < c.inputs; p++)
                for (int q = 0; q < c.outputs; q++) {
                  const std::size_t tap = (static_cast<std::size_t>(u * k + v) * c.inputs + p) * c.outputs + q;
                  y[out + q] += static_cast<double>(x[in + p]) * kernel[tap];
                  dx[in + p] += static_cast<double>(dy[out + q]) * kernel[tap];
                  dkernel[tap] += static_cast<double>(x[in + p]) * dy[out + q];
                }
            }
  }
};

void expectClose(const char* set, const char* what, const Convolution& c, int tile, const std::vector<float>& got, const Doubles& expected,
                 double tolerance = 3e-6) {
  double error = 0, largest = 1e-30;
  for (std::size_t i = 0; i < got.size(); i++) {
    error = std::max(error, std::abs(got[i] - expected[i]));
    largest = std::max(largest, std::abs(expected[i]));
    if (!std::isfinite(got[i])) error = std::numeric_limits<double>::infinity();
  }
  if (error <= tolerance * largest) return;
  failures++;
  std::printf("%s %s: %d x %d x %d, %d to %d channels, kernel %d, tile %d: error %g of %g\n", set, what, c.batch, c.height, c.width, c.inputs,
              c.outputs, c.kernel, tile, error, largest);
}

void testConvolution(const InstructionSet& set, const Convolution& c, int tile, const Execution& run) {
  Random random{static_cast<std::uint64_t>(c.height * 1000 + c.inputs * 100 + c.outputs)};
  const std::size_t pixels = static_cast<std::size_t>(c.batch) * c.height * c.width;
  const auto x = random.values(pixels * c.inputs), dy = random.values(pixels * c.outputs);
  const auto kernel = random.values(static_cast<std::size_t>(c.kernel) * c.kernel * c.inputs * c.outputs);
  const Direct direct(c, x, kernel, dy);
  // Exactly as large as they have to be, so that a sanitiser sees every step outside.
  std::vector<float> y(dy.size()), dx(x.size()), dkernel(kernel.size()), dx2(x.size()), dkernel2(kernel.size());
  const auto& passes = set.convolution;
  const bool done = passes.forward(c, tile, x.data(), kernel.data(), y.data(), run) == Outcome::done &&
                    passes.inputGradient(c, tile, dy.data(), kernel.data(), dx.data(), run) == Outcome::done &&
                    passes.kernelGradient(c, tile, x.data(), dy.data(), dkernel.data(), run) == Outcome::done &&
                    passes.gradients(c, tile, x.data(), kernel.data(), dy.data(), dx2.data(), dkernel2.data(), run) == Outcome::done;
  if (!done) {
    failures++;
    std::printf("%s: a pass with tile %d was refused\n", set.name, tile);
  }
  expectClose(set.name, "forward", c, tile, y, direct.y);
  expectClose(set.name, "input gradient", c, tile, dx, direct.dx);
  expectClose(set.name, "kernel gradient", c, tile, dkernel, direct.dkernel);
  expectClose(set.name, "input gradient of both", c, tile, dx2, direct.dx);
  expectClose(set.name, "kernel gradient of both", c, tile, dkernel2, direct.dkernel);
}

// Batch norm, ReLU and pooling in double, one channel at a time, and the gradients by the formulas of the batch norm paper.
struct DirectNormalisation {
  Doubles out, dx, dgamma, dbeta;
  DirectNormalisation(const Normalisation& n, const std::vector<float>& x, const std::vector<float>& gamma, const std::vector<float>& beta,
                      const std::vector<float>& dout)
      : out(dout.size()), dx(x.size()), dgamma(gamma.size()), dbeta(beta.size()) {
    for (int c = 0; c < n.channels; c++) channel(n, c, x, gamma[c], beta[c], dout);
  }

 private:
  void channel(const Normalisation& n, int c, const std::vector<float>& x, double gamma, double beta, const std::vector<float>& dout) {
    const std::size_t pixels = static_cast<std::size_t>(n.batch) * n.height * n.width, C = n.channels;
    double mean = 0, variance = 0;
    for (std::size_t i = 0; i < pixels; i++) mean += x[i * C + c] / static_cast<double>(pixels);
    for (std::size_t i = 0; i < pixels; i++) variance += std::pow(x[i * C + c] - mean, 2) / static_cast<double>(pixels);
    const double root = 1 / std::sqrt(variance + static_cast<double>(n.epsilon));
    Doubles gradient(pixels);
    const auto padding = [&](int side) { return n.pools ? std::max(((side + 1) / 2 - 1) * 2 + 3 - side, 0) / 2 : 0; };
    const int size = n.pools ? 3 : 1, stride = n.pools ? 2 : 1;
    for (int b = 0; b < n.batch; b++)
      for (int i = 0; i < n.outHeight(); i++)
        for (int j = 0; j < n.outWidth(); j++) {
          double best = 0;
          std::size_t winner = pixels;
          for (int u = 0; u < size; u++)
            for (int v = 0; v < size; v++) {
              const int h = i * stride - padding(n.height) + u, w = j * stride - padding(n.width) + v;
              if (h < 0 || w < 0 || h >= n.height || w >= n.width) continue;
              const std::size_t pixel = (static_cast<std::size_t>(b) * n.height + h) * n.width + w;
              const double value = (x[pixel * C + c] - mean) * root * gamma + beta;
              if (value <= best) continue;
              best = value;
              winner = pixel;
            }
          const std::size_t place = ((static_cast<std::size_t>(b) * n.outHeight() + i) * n.outWidth() + j) * C + c;
          out[place] = best;
          if (winner < pixels) gradient[winner] += dout[place];
        }
    for (std::size_t i = 0; i < pixels; i++) {
      dbeta[c] += gradient[i];
      dgamma[c] += gradient[i] * (x[i * C + c] - mean) * root;
    }
    for (std::size_t i = 0; i < pixels; i++) {
      const double xhat = (x[i * C + c] - mean) * root;
      dx[i * C + c] = gamma * root * (gradient[i] - (dbeta[c] + xhat * dgamma[c]) / static_cast<double>(pixels));
    }
  }
};

void testNormalisation(const InstructionSet& set, const Normalisation& n, const Execution& run) {
  Random random{static_cast<std::uint64_t>(n.height * 10 + n.channels)};
  const std::size_t channels = n.channels, values = static_cast<std::size_t>(n.batch) * n.height * n.width * channels;
  const std::size_t results = static_cast<std::size_t>(n.batch) * n.outHeight() * n.outWidth() * channels;
  auto x = random.values(values), gamma = random.values(channels), beta = random.values(channels);
  const auto dout = random.values(results);
  // A channel whose values cannot be had back from the output by division, and one far from zero.
  gamma[0] = 0;
  beta[0] = 1;
  for (std::size_t i = channels - 1; i < values; i += channels) x[i] += 100;
  std::vector<float> out(results), again(results), mean(channels), variance(channels), dx(values), dgamma(channels), dbeta(channels);
  std::vector<std::uint8_t> winners(results);
  const auto& passes = set.normalisation;
  passes.training(n, x.data(), gamma.data(), beta.data(), out.data(), winners.data(), mean.data(), variance.data(), run);
  passes.inference(n, x.data(), gamma.data(), beta.data(), mean.data(), variance.data(), again.data(), run);
  passes.gradient(n, dout.data(), out.data(), winners.data(), x.data(), gamma.data(), beta.data(), mean.data(), variance.data(), dx.data(),
                  dgamma.data(), dbeta.data(), run);
  const DirectNormalisation direct(n, x, gamma, beta, dout);
  const Convolution shape{n.batch, n.height, n.width, n.channels, n.channels, 1};
  // Values around 100 have seven digits, so that their differences from the mean have five.
  const double tolerance = 1e-4;
  expectClose(set.name, n.pools ? "pooled norm" : "norm", shape, 0, out, direct.out, tolerance);
  expectClose(set.name, n.pools ? "pooled norm, inference" : "norm, inference", shape, 0, again, direct.out, tolerance);
  expectClose(set.name, n.pools ? "pooled norm, dx" : "norm, dx", shape, 0, dx, direct.dx, tolerance);
  expectClose(set.name, n.pools ? "pooled norm, dgamma" : "norm, dgamma", shape, 0, dgamma, direct.dgamma, tolerance);
  expectClose(set.name, n.pools ? "pooled norm, dbeta" : "norm, dbeta", shape, 0, dbeta, direct.dbeta, tolerance);
}

void testSet(const InstructionSet& set, const Execution& run) {
  const Convolution shapes[] = {
      {1, 1, 1, 1, 1, 5},   {2, 9, 13, 3, 5, 7},   {1, 17, 31, 16, 24, 7}, {2, 30, 23, 4, 33, 5}, {1, 40, 41, 17, 8, 9},
      {3, 14, 14, 8, 16, 3}, {1, 29, 36, 20, 7, 11}, {5, 7, 6, 1, 9, 5},     {1, 45, 20, 40, 12, 7},
  };
  for (const Convolution& shape : shapes)
    for (const int tile : kTiles)
      if (tile - shape.kernel >= 4) testConvolution(set, shape, tile, run);
  for (const int channels : {1, 3, 8, 16, 21, 32})
    for (const bool pools : {false, true}) {
      testNormalisation(set, {2, 8, 11, channels, pools, 1e-3f}, run);
      testNormalisation(set, {2, 1, 2, channels, pools, 1e-3f}, run);
      testNormalisation(set, {3, 5, 6, channels, pools, 1e-3f}, run);
    }
  std::printf("%s: done\n", set.name);
}

}  // namespace

int main() {
  // Blocks and slices so small that every loop over them turns more than once.
  const Execution shared{sharedWorkers(), threadScratch(), {std::size_t{200} << 10, std::size_t{100} << 10}};
  const Execution alone{singleWorker(), threadScratch(), {std::size_t{8} << 20, std::size_t{8} << 20}};
  std::vector<const InstructionSet*> sets{&plainSet};
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    sets.insert(sets.end(), {&avx2Set, &avx512Set});
  else
    std::printf("avx2, avx512: not run, this processor has no AVX2\n");
#endif
  for (const InstructionSet* set : sets) {
    testSet(*set, shared);
    testSet(*set, alone);
  }
  return failures == 0 ? 0 : 1;
}
