// Runs every pass of every instruction set on many shapes against direct sums in double precision, without TensorFlow: for builds with
// sanitisers, for emulated processors and for cross-compilers. Words choose instruction sets; none takes all that run here. Prints what
// was wrong and ends with 1, or prints a line for each set and ends with 0. `side-by-side` instead runs two callers at once; `few` a choice
// of the shapes by one thread, with a line for each case as it ends, for emulators, which are slow.
//
// TRANSFUSION_SPLIT_VECTORS says that the 16-lane source was compiled for AVX2: the compiler splits its vectors, so that this code is
// proven on machines without AVX-512.
#include <array>
#include <cstdio>
#include <cstring>
#include <limits>
#include <string>
#include <thread>

#include "direct-sums.h"
#include "processor.h"
#include "scratch.h"
#include "workers.h"

using namespace transfusion;

namespace {

int failures = 0;

#if defined(TRANSFUSION_ONE_TILE)
constexpr int kTiles[] = {16};
#else
constexpr int kTiles[] = {16, 20, 32, 36};
#endif

// The values that a convolution is tried on.
struct Inputs {
  Floats x, kernel, dy;
  explicit Inputs(const Convolution& c, float scale = 1) {
    Random random{static_cast<std::uint64_t>(c.height * 1000 + c.inputs * 100 + c.outputs)};
    const std::size_t pixels = static_cast<std::size_t>(c.batch) * c.height * c.width;
    x = random.values(pixels * c.inputs);
    dy = random.values(pixels * c.outputs);
    kernel = random.values(static_cast<std::size_t>(c.kernel) * c.kernel * c.inputs * c.outputs);
    for (float& value : x) value *= scale;
  }
};

// What the passes gave: exactly as large as it has to be, so that a sanitiser sees every step outside.
struct Results {
  Floats y, dx, dkernel, dx2, dkernel2;
  bool done;
  Results(const InstructionSet& set, const Convolution& c, int tile, const Inputs& in, const Execution& run)
      : y(in.dy.size()), dx(in.x.size()), dkernel(in.kernel.size()), dx2(in.x.size()), dkernel2(in.kernel.size()) {
    const auto& passes = set.convolution;
    const float *x = in.x.data(), *kernel = in.kernel.data(), *dy = in.dy.data();
    done = passes.forward(c, tile, x, kernel, y.data(), run) == Outcome::done &&
           passes.inputGradient(c, tile, dy, kernel, dx.data(), run) == Outcome::done &&
           passes.kernelGradient(c, tile, x, dy, dkernel.data(), run) == Outcome::done &&
           passes.gradients(c, tile, x, kernel, dy, dx2.data(), dkernel2.data(), run) == Outcome::done;
  }
};

void fail(const InstructionSet& set, const char* what, const Convolution& c, int tile, double error, double of) {
  failures++;
  std::printf("%s %s: %d x %d x %d, %d to %d channels, kernel %d, tile %d: error %g of %g\n", set.name, what, c.batch, c.height, c.width,
              c.inputs, c.outputs, c.kernel, tile, error, of);
}

// Says that a case has ended, where each is waited for.
bool tellsCases = false;
void passed(const char* what, const Convolution& c) {
  if (tellsCases)
    std::printf("case %s: %d x %d x %d, %d to %d channels, %s %d; %d failures so far\n", what, c.batch, c.height, c.width, c.inputs, c.outputs,
                what[0] == 'n' ? "followed by" : "kernel", c.kernel, failures);
}

// The error is a part of the largest value of `size`: what was expected, or its sums with every sign positive where much cancels.
void expectClose(const InstructionSet& set, const char* what, const Convolution& c, int tile, const Floats& got, const Doubles& expected,
                 double tolerance, const Doubles& size) {
  double error = 0, largest = 0;
  for (std::size_t i = 0; i < got.size(); i++) {
    error = std::max(error, std::abs(got[i] - expected[i]));
    largest = std::max(largest, std::abs(size[i]));
    if (!std::isfinite(got[i])) error = std::numeric_limits<double>::infinity();
  }
  if (error > tolerance * largest) fail(set, what, c, tile, error, largest);
}

void expectConvolution(const InstructionSet& set, const Convolution& c, int tile, const Results& got, const Direct& direct, const Direct& size) {
  constexpr double tolerance = 3e-6;
  if (!got.done) return fail(set, "a pass was refused", c, tile, 0, 0);
  expectClose(set, "forward", c, tile, got.y, direct.y, tolerance, size.y);
  expectClose(set, "input gradient", c, tile, got.dx, direct.dx, tolerance, size.dx);
  expectClose(set, "kernel gradient", c, tile, got.dkernel, direct.dkernel, tolerance, size.dkernel);
  expectClose(set, "input gradient of both", c, tile, got.dx2, direct.dx, tolerance, size.dx);
  expectClose(set, "kernel gradient of both", c, tile, got.dkernel2, direct.dkernel, tolerance, size.dkernel);
}

using Sets = std::vector<const InstructionSet*>;
using Executions = std::vector<Execution>;

// Direct sums are taken once a shape.
void testConvolution(const Sets& sets, const Convolution& c, const Executions& runs, const Inputs& in) {
  const Direct direct(c, in.x, in.kernel, in.dy);
  for (const InstructionSet* set : sets)
    for (const Execution& run : runs)
      for (const int tile : kTiles)
        if (tile - c.kernel >= 4) expectConvolution(*set, c, tile, Results(*set, c, tile, in, run), direct, direct);
  passed("convolution", c);
}

// Constants beside small values, signs that cancel, one value that is a million times as large as the others.
void testAdversarial(const Sets& sets, const Convolution& c, const Execution& run) {
  for (const int kind : {0, 1, 2}) {
    Inputs in(c);
    for (std::size_t i = 0; i < in.x.size(); i++) {
      const int pixel = static_cast<int>(i) / c.inputs, sign = (pixel / c.width + pixel % c.width) % 2 ? -1 : 1;
      if (kind == 0) in.x[i] += 1000;
      if (kind == 1) in.x[i] = static_cast<float>(sign);
      if (kind == 2 && i == in.x.size() / 2) in.x[i] = 1e6f;
    }
    if (kind == 1) std::fill(in.kernel.begin(), in.kernel.end(), 1.0f);
    const auto positive = [](Floats values) {
      for (float& value : values) value = std::abs(value);
      return values;
    };
    const Direct direct(c, in.x, in.kernel, in.dy), size(c, positive(in.x), positive(in.kernel), positive(in.dy));
    for (const InstructionSet* set : sets) expectConvolution(*set, c, 16, Results(*set, c, 16, in, run), direct, size);
    passed(kind == 0 ? "large constant" : kind == 1 ? "cancelling signs" : "one large value", c);
  }
}

// Images 0 and 2 of three have the bits that they have when nothing is wrong with image 1.
void testContainment(const InstructionSet& set, const Convolution& c, float bad, const Execution& run) {
  Inputs in(c);
  const Results clean(set, c, 16, in, run);
  in.x[in.x.size() / 2] = bad;
  in.dy[in.dy.size() / 2] = bad;
  const Results got(set, c, 16, in, run);
  const auto expectSame = [&](const char* what, const Floats& a, const Floats& b) {
    const std::size_t image = a.size() / 3;
    if (std::memcmp(&a[0], &b[0], image * sizeof(float)) || std::memcmp(&a[2 * image], &b[2 * image], image * sizeof(float)))
      fail(set, what, c, 16, bad, 0);
    if (std::all_of(a.begin(), a.end(), [](float value) { return std::isfinite(value); })) fail(set, "lost a bad value", c, 16, bad, 0);
  };
  expectSame("forward, another image", got.y, clean.y);
  expectSame("input gradient, another image", got.dx, clean.dx);
  expectSame("input gradient of both, another image", got.dx2, clean.dx2);
  passed(std::isnan(bad) ? "NaN stays in its image" : "infinity stays in its image", c);
}

constexpr After kFollowing[] = {After::nothing, After::relu, After::reluAndPool, After::addAndRelu};

Normalisation normalisation(After after, int batch, int height, int width, int channels) {
  return {batch, height, width, channels, after == After::reluAndPool, 1e-3f, after != After::nothing};
}

// `residual` is empty where there is no addition.
struct NormResults {
  Floats out, again, mean, variance, dx, dgamma, dbeta, dresidual;
  NormResults(const InstructionSet& set, const Normalisation& n, const Floats& x, const Floats& gamma, const Floats& beta, const Floats& residual,
              const Floats& dout, const Execution& run)
      : out(dout.size()), again(dout.size()), mean(gamma.size()), variance(gamma.size()), dx(x.size()), dgamma(gamma.size()), dbeta(gamma.size()),
        dresidual(residual.size()) {
    std::vector<std::uint8_t> winners(dout.size());
    const auto& passes = set.normalisation;
    Normalisation forward = n, back = n;
    if (!residual.empty()) forward.residual = residual.data(), back.dresidual = dresidual.data();
    passes.training(forward, x.data(), gamma.data(), beta.data(), out.data(), winners.data(), mean.data(), variance.data(), run);
    passes.inference(forward, x.data(), gamma.data(), beta.data(), mean.data(), variance.data(), again.data(), run);
    const float* record = n.after() == After::nothing && residual.empty() ? nullptr : out.data();
    passes.gradient(back, dout.data(), record, winners.data(), x.data(), gamma.data(), beta.data(), mean.data(), variance.data(), dx.data(),
                    dgamma.data(), dbeta.data(), run);
  }
};

std::size_t outValues(const Normalisation& n) { return static_cast<std::size_t>(n.batch) * n.outHeight() * n.outWidth() * n.channels; }

// How messages name a normalisation: kernel 0 to 3 is what follows.
Convolution nameOf(const Normalisation& n, After after) { return {n.batch, n.height, n.width, n.channels, n.channels, static_cast<int>(after)}; }

void testNormalisation(const Sets& sets, After after, const Normalisation& n, const Executions& runs) {
  Random random{static_cast<std::uint64_t>(n.height * 10 + n.channels)};
  const std::size_t channels = n.channels, values = static_cast<std::size_t>(n.batch) * n.height * n.width * channels;
  auto x = random.values(values), gamma = random.values(channels), beta = random.values(channels);
  const auto dout = random.values(outValues(n));
  const auto residual = random.values(after == After::addAndRelu ? values : 0);
  // A channel whose values cannot be had back from the output by division, and one far from zero.
  gamma[0] = 0;
  beta[0] = 1;
  for (std::size_t i = channels - 1; i < values; i += channels) x[i] += 100;
  const DirectNormalisation direct(n, x, gamma, beta, residual, dout);
  const Convolution shape = nameOf(n, after);
  // Values around 100 have seven digits, so that their differences from the mean have five.
  constexpr double tolerance = 1e-4;
  for (const InstructionSet* set : sets)
    for (const Execution& run : runs) {
      const NormResults got(*set, n, x, gamma, beta, residual, dout, run);
      expectClose(*set, "norm", shape, 0, got.out, direct.out, tolerance, direct.out);
      expectClose(*set, "norm, inference", shape, 0, got.again, direct.out, tolerance, direct.out);
      expectClose(*set, "norm, dx", shape, 0, got.dx, direct.dx, tolerance, direct.dx);
      expectClose(*set, "norm, dgamma", shape, 0, got.dgamma, direct.dgamma, tolerance, direct.dgamma);
      expectClose(*set, "norm, dbeta", shape, 0, got.dbeta, direct.dbeta, tolerance, direct.dbeta);
      expectClose(*set, "norm, dresidual", shape, 0, got.dresidual, direct.dresidual, tolerance, direct.dresidual);
    }
  passed("norm", shape);
}

// A network that has diverged has to be seen: what is not a number may not become a zero on its way through ReLU and pooling.
void testDivergence(const InstructionSet& set, After after, const Normalisation& n, const Execution& run) {
  Random random{7};
  auto x = random.values(static_cast<std::size_t>(n.batch) * n.height * n.width * n.channels);
  auto residual = random.values(after == After::addAndRelu ? x.size() : 0);
  const Floats gamma(n.channels, 1.0f), beta(n.channels, 0.0f), dout(outValues(n), 1.0f);
  const Convolution shape = nameOf(n, after);
  x[0] = std::numeric_limits<float>::quiet_NaN();
  const NormResults got(set, n, x, gamma, beta, residual, dout, run);
  for (const Floats* values : {&got.out, &got.again, &got.dx})
    if (!std::isnan((*values)[0])) fail(set, "norm made a number of what is none", shape, 0, (*values)[0], 0);
  if (after != After::addAndRelu) return;
  x[0] = 0;
  residual[0] = std::numeric_limits<float>::quiet_NaN();
  const NormResults other(set, n, x, gamma, beta, residual, dout, run);
  for (const Floats* values : {&other.out, &other.again})
    if (!std::isnan((*values)[0])) fail(set, "norm made a number of what is none in the other branch", shape, 0, (*values)[0], 0);
}

constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

// Blocks and slices so small that every loop over them turns more than once.
constexpr Blocking kSmallBlocks{std::size_t{200} << 10, std::size_t{100} << 10};

void testSets(const Sets& sets) {
  const Execution shared{sharedWorkers(), threadScratch(), kSmallBlocks};
  const Execution alone{singleWorker(), threadScratch(), {std::size_t{8} << 20, std::size_t{8} << 20}};
  const Convolution shapes[] = {
      {1, 1, 1, 1, 1, 5},    {2, 9, 13, 3, 5, 7},    {1, 17, 31, 16, 24, 7}, {2, 30, 23, 4, 33, 5},  {1, 40, 41, 17, 8, 9},
      {3, 14, 14, 8, 16, 3}, {1, 29, 36, 20, 7, 11}, {5, 7, 6, 1, 9, 5},     {1, 45, 20, 40, 12, 7}, {2, 3, 5, 5, 17, 11},
  };
  for (const Convolution& shape : shapes) testConvolution(sets, shape, {shared, alone}, Inputs(shape));
  const Convolution small{1, 20, 15, 6, 9, 7};
  for (const float scale : {1e-30f, 1e30f}) testConvolution(sets, small, {shared}, Inputs(small, scale));
  testAdversarial(sets, {1, 24, 19, 4, 5, 7}, shared);
  for (const InstructionSet* set : sets)
    for (const int channels : {1, 3, 17})
      for (const float bad : {kNan, kInfinity, -kInfinity}) testContainment(*set, {3, 18, 18, channels, 8, 5}, bad, shared);
  for (const After after : kFollowing)
    for (const int channels : {1, 3, 8, 16, 21, 32}) {
      for (const auto& [batch, height, width] : {std::array{2, 8, 11}, std::array{2, 1, 2}, std::array{3, 5, 6}})
        testNormalisation(sets, after, normalisation(after, batch, height, width, channels), {shared, alone});
      for (const InstructionSet* set : sets) testDivergence(*set, after, normalisation(after, 2, 6, 5, channels), shared);
    }
}

// Every tile, every kernel side, the path of few channels and that of many, with vectors that are full, nearly empty and several; shared
// transforms of both gradients; blocks and slices that turn more than once.
void testFew(const Sets& sets) {
  const Execution turning{singleWorker(), threadScratch(), kSmallBlocks};
  const Execution whole{singleWorker(), threadScratch(), {std::size_t{8} << 20, std::size_t{8} << 20}};
  const Convolution shapes[] = {
      {1, 1, 1, 1, 1, 5}, {2, 9, 13, 3, 5, 7}, {1, 14, 14, 4, 16, 3}, {1, 19, 23, 17, 33, 5}, {1, 15, 8, 20, 7, 11}, {1, 13, 12, 1, 9, 9}, {2, 21, 15, 16, 16, 3},
  };
  for (const Convolution& shape : shapes) testConvolution(sets, shape, {turning}, Inputs(shape));
  const Convolution both{1, 22, 20, 24, 18, 5}, small{1, 11, 12, 6, 9, 7};
  testConvolution(sets, both, {whole}, Inputs(both));
  for (const float scale : {1e-30f, 1e30f}) testConvolution(sets, small, {turning}, Inputs(small, scale));
  testAdversarial(sets, {1, 12, 13, 4, 5, 5}, turning);
  for (const After after : kFollowing)
    for (const int channels : {1, 5, 16, 21}) {
      testNormalisation(sets, after, normalisation(after, 2, 5, 6, channels), {turning});
      for (const InstructionSet* set : sets) testDivergence(*set, after, normalisation(after, 2, 5, 4, channels), turning);
    }
  for (const InstructionSet* set : sets)
    for (const int channels : {3, 17})
      for (const float bad : {kNan, kInfinity, -kInfinity}) testContainment(*set, {3, 12, 12, channels, 8, 5}, bad, turning);
}

// All passes on one shape, by the calling thread's own memory, one result after the other.
Floats allPasses(const InstructionSet& set, const Convolution& c) {
  const Execution run{sharedWorkers(), threadScratch(), kSmallBlocks};
  const Inputs in(c);
  const Results convolution(set, c, 16, in, run);
  const Normalisation pooled = normalisation(After::reluAndPool, c.batch, c.height, c.width, c.inputs);
  const Normalisation added = normalisation(After::addAndRelu, c.batch, c.height, c.width, c.inputs);
  const Floats ones(c.inputs, 1.0f), halves(in.x.size(), 0.5f), dout(outValues(pooled), 0.5f);
  const NormResults norm(set, pooled, in.x, ones, ones, {}, dout, run), block(set, added, in.x, ones, ones, halves, halves, run);
  Floats all;
  for (const Floats* part : {&convolution.y, &convolution.dx, &convolution.dkernel, &convolution.dx2, &convolution.dkernel2, &norm.out, &norm.again,
                             &norm.mean, &norm.variance, &norm.dx, &norm.dgamma, &norm.dbeta, &block.out, &block.again, &block.dx, &block.dresidual,
                             &block.dgamma})
    all.insert(all.end(), part->begin(), part->end());
  return all;
}

// Two callers at once have the bits that each has alone.
void testSideBySide(const InstructionSet& set) {
  const Convolution shapes[] = {{2, 33, 29, 16, 24, 7}, {3, 20, 20, 3, 8, 5}, {2, 14, 30, 40, 17, 7}, {4, 9, 9, 8, 8, 3}};
  std::vector<Floats> expected;
  for (const Convolution& shape : shapes) expected.push_back(allPasses(set, shape));
  int wrong[2] = {0, 0};
  const auto caller = [&](int index) {
    for (int round = 0; round < 3; round++)
      for (std::size_t i = 0; i < expected.size(); i++) {
        const std::size_t at = index ? expected.size() - 1 - i : i;
        const Floats got = allPasses(set, shapes[at]);
        wrong[index] += got.size() != expected[at].size() || std::memcmp(got.data(), expected[at].data(), got.size() * sizeof(float)) != 0;
      }
  };
  std::thread first(caller, 0), second(caller, 1);
  first.join();
  second.join();
  if (wrong[0] + wrong[1] > 0) fail(set, "side by side: other bits", shapes[0], 16, wrong[0], wrong[1]);
}

}  // namespace

int main(int count, char** words) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  std::printf("processor: runs %s, takes %s\n", supportedSets().c_str(), chosenSet().name);
  bool sideBySide = false;
  Sets sets;
  std::string message;
  for (int i = 1; i < count; i++) {
    const std::string word = words[i];
    if (word == "side-by-side")
      sideBySide = true;
    else if (word == "few")
      tellsCases = true;
    else if (const InstructionSet* set = setNamed(word, message))
      sets.push_back(set);
    else
      return std::printf("%s\n", message.c_str()), 1;
  }
  if (sets.empty()) {
    for (const char* name : {"plain", "avx2", "avx512"})
      if (const InstructionSet* set = setNamed(name, message)) sets.push_back(set);
#if defined(TRANSFUSION_SPLIT_VECTORS)
    if (sets.back() == &avx2Set) sets.push_back(&avx512Set);
#endif
  }
  if (sideBySide)
    for (const InstructionSet* set : sets) testSideBySide(*set);
  else if (tellsCases)
    testFew(sets);
  else
    testSets(sets);
  if (failures == 0)
    for (const InstructionSet* set : sets) std::printf("%s: done\n", set->name);
  return failures == 0 ? 0 : 1;
}
