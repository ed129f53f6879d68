// The passes of a large-kernel convolution by overlap-save: transform the tiles, multiply matrices of channels frequency by frequency,
// transform back. docs/decisions explains the algorithm.
//
// Tiles are worked on in blocks and channels in slices, so that the spectra of a block stay in the cache. Results do not depend on the
// number of threads: every sum is taken in one order, by one thread.
#pragma once
#include "convolution/complex-product.h"
#include "convolution/spectra.h"

namespace transfusion::TRANSFUSION_ISA {

// Slices of at most `limit` channels, whole vectors, as equal as can be.
TRANSFUSION_INLINE int sliceOf(int channels, std::size_t limit) {
  const int vectors = vectorsOf(channels), most = larger(kBlockVectors, static_cast<int>(limit < 1u << 20 ? limit : 1u << 20) / kLanes);
  const int slices = ceilDivide(vectors, most);
  return ceilDivide(ceilDivide(vectors, slices), kBlockVectors) * kBlockVectors * kLanes;
}

TRANSFUSION_INLINE int blockOf(int tiles, std::size_t limit) {
  const int most = larger(8 * kBlockRows, static_cast<int>(limit < 1u << 30 ? limit : 1u << 30));
  const int blocks = ceilDivide(tiles, most);
  return ceilDivide(tiles, blocks);
}

template <int T>
constexpr std::size_t kComplexBytes = kFrequencies<T> * 2 * sizeof(float);

// Floats of the spectra of `rows` tiles (or input channels) with `channels` channels each.
template <int T>
TRANSFUSION_INLINE std::size_t spectraFloats(int rows, int channels, int group) {
  const std::size_t row = 2 * static_cast<std::size_t>(ceilDivide(channels, group)) * group;
  return (rows * row + kPlanePadding) * kFrequencies<T>;
}

// Hands out consecutive parts of a call's memory.
struct Memory {
  float* next;
  template <int T>
  TRANSFUSION_INLINE Spectra spectra(int rows, int channels, int group) {
    const std::ptrdiff_t row = 2 * ceilDivide(channels, group) * group;
    const Spectra result{next, rows * row + kPlanePadding, row, group};
    next += spectraFloats<T>(rows, channels, group);
    return result;
  }
};

// c = a conj(b) for every frequency: tiles x sum  times  sum x columns.
template <int T>
void multiplyTiles(const Parallel& parallel, const Spectra& a, const Spectra& kernel, const Spectra& c, int tiles, int sum, int columns) {
  const int vectors = vectorsOf(columns), groups = ceilDivide(sum, a.group);
  const SumOver over{groups, a.group, sum - (groups - 1) * a.group, 2 * a.group, 1};
  parallelFor(parallel, kFrequencies<T>, 1, [&](int begin, int end) {
    for (int f = begin; f < end; f++) {
      const float* aPlane = a.data + f * a.plane;
      const float* kernelPlane = kernel.data + f * kernel.plane;
      float* cPlane = c.data + f * c.plane;
      for (int vector = 0; vector < vectors; vector += kBlockVectors) {
        const int width = smaller(kBlockVectors, vectors - vector);
        const float* panel = kernelPlane + panelOffset(0, sum, vector, vectors, kBlockVectors);
        for (int tile = 0; tile < tiles; tile += kBlockRows) {
          const int rowCount = smaller(kBlockRows, tiles - tile);
          const float* rows[kBlockRows];
          float* to[kBlockRows];
          for (int m = 0; m < rowCount; m++) {
            rows[m] = aPlane + (tile + m) * a.row;
            to[m] = cPlane + (tile + m) * c.row + vector * 2 * kLanes;
          }
          blockProduct<Conjugate::b>(rowCount, width, over, rows, a.group, panel, width * 2 * kLanes, to, false);
        }
      }
    }
  });
}

// c (+)= a^T b for every frequency, one of them conjugated: inputs x tiles  times  tiles x outputs.
template <int T, Conjugate conjugate>
void multiplyOverTiles(const Parallel& parallel, const Spectra& a, const Spectra& b, const Spectra& c, int tiles, int inputs, int columns,
                       bool accumulate) {
  const int vectors = vectorsOf(columns);
  const SumOver over{1, tiles, tiles, 0, a.row};
  parallelFor(parallel, kFrequencies<T>, 1, [&](int begin, int end) {
    for (int f = begin; f < end; f++) {
      const float* aPlane = a.data + f * a.plane;
      const float* bPlane = b.data + f * b.plane;
      float* cPlane = c.data + f * c.plane;
      for (int vector = 0; vector < vectors; vector += kBlockVectors) {
        const int width = smaller(kBlockVectors, vectors - vector);
        for (int input = 0; input < inputs; input += kBlockRows) {
          const int rowCount = smaller(kBlockRows, inputs - input);
          const float* rows[kBlockRows];
          float* to[kBlockRows];
          for (int m = 0; m < rowCount; m++) {
            const int channel = input + m;
            rows[m] = aPlane + channel / a.group * 2 * a.group + channel % a.group;
            to[m] = cPlane + channel * c.row + vector * 2 * kLanes;
          }
          blockProduct<conjugate>(rowCount, width, over, rows, a.group, bPlane + vector * 2 * kLanes, b.row, to, accumulate);
        }
      }
    }
  });
}

// A convolution of `sum` channels to `channels`: the forward pass, or the input gradient with the kernel turned around.
template <int T>
struct Convolve {
  const Grid grid;
  const int side, sum, channels, slice, block;

  Convolve(const Convolution& shape, int sum, int channels, const Blocking& blocking)
      : grid(shape, T), side(shape.kernel), sum(sum), channels(channels),
        slice(sliceOf(channels, blocking.filterBytes / (kComplexBytes<T> * sum))),
        block(blockOf(grid.tiles(), blocking.tileBytes / (kComplexBytes<T> * (sum + slice)))) {}

  std::size_t floats() const {
    return spectraFloats<T>(sum, slice, kLanes) + spectraFloats<T>(block, sum, groupOf(sum)) + spectraFloats<T>(block, slice, kLanes);
  }

  void run(const float* x, const float* kernel, float* y, Memory memory, const Parallel& parallel) const {
    const Spectra kernels = memory.spectra<T>(sum, slice, kLanes);
    const Spectra inputs = memory.spectra<T>(block, sum, groupOf(sum));
    const Spectra outputs = memory.spectra<T>(block, slice, kLanes);
    for (int from = 0; from < grid.tiles(); from += block) {
      const int to = smaller(from + block, grid.tiles());
      transformTiles<T>(parallel, grid, allChannels(x, sum), from, to, withMargin<T>(side), inputs);
      for (int first = 0; first < channels; first += slice) {
        const int count = smaller(slice, channels - first);
        if (from == 0 || slice < channels) transformKernel<T>(parallel, kernel, side, sum, channels, first, count, kBlockVectors, kernels);
        multiplyTiles<T>(parallel, inputs, kernels, outputs, to - from, sum, count);
        inverseTiles<T>(parallel, grid, outputs, from, to, y, channels, first, count);
      }
    }
  }
};

// A kernel turned by 180 degrees, with input and output channels exchanged.
TRANSFUSION_INLINE void turnKernel(const Parallel& parallel, const Convolution& shape, const float* kernel, float* turned) {
  const int taps = shape.kernel * shape.kernel, inputs = shape.inputs, outputs = shape.outputs;
  constexpr int strip = 16;
  const int strips = ceilDivide(outputs, strip);
  parallelFor(parallel, taps * strips, 4, [&](int begin, int end) {
    for (int item = begin; item < end; item++) {
      const int tap = item / strips, first = item % strips * strip, last = smaller(first + strip, outputs);
      const float* from = kernel + static_cast<std::ptrdiff_t>(tap) * inputs * outputs;
      float* to = turned + static_cast<std::ptrdiff_t>(taps - 1 - tap) * inputs * outputs;
      for (int input = 0; input < inputs; input++)
        for (int output = first; output < last; output++)
          to[static_cast<std::ptrdiff_t>(output) * inputs + input] = from[static_cast<std::ptrdiff_t>(input) * outputs + output];
    }
  });
}

TRANSFUSION_INLINE std::size_t kernelFloats(const Convolution& shape) {
  const std::size_t count = static_cast<std::size_t>(shape.kernel) * shape.kernel * shape.inputs * shape.outputs;
  return (count + 15) / 16 * 16;
}

template <int T>
Outcome forward(const Convolution& shape, const float* x, const float* kernel, float* y, const Execution& run) {
  const Convolve<T> convolve(shape, shape.inputs, shape.outputs, run.blocking);
  float* memory = run.scratch.get(run.scratch.owner, convolve.floats());
  if (!memory) return Outcome::noMemory;
  convolve.run(x, kernel, y, {memory}, run.parallel);
  return Outcome::done;
}

template <int T>
Outcome inputGradient(const Convolution& shape, const float* dy, const float* kernel, float* dx, const Execution& run) {
  const Convolve<T> convolve(shape, shape.outputs, shape.inputs, run.blocking);
  float* turned = run.scratch.get(run.scratch.owner, kernelFloats(shape) + convolve.floats());
  if (!turned) return Outcome::noMemory;
  turnKernel(run.parallel, shape, kernel, turned);
  convolve.run(dy, turned, dx, {turned + kernelFloats(shape)}, run.parallel);
  return Outcome::done;
}

// x with a margin, dy without: their products summed over all tiles, still as spectra, and turned back once.
template <int T>
Outcome kernelGradient(const Convolution& shape, const float* x, const float* dy, float* dkernel, const Execution& run) {
  const Grid grid(shape, T);
  const int inputs = shape.inputs, outputs = shape.outputs, group = groupOf(inputs);
  const int slice = sliceOf(outputs, run.blocking.filterBytes / (kComplexBytes<T> * inputs));
  const int block = blockOf(grid.tiles(), run.blocking.tileBytes / (kComplexBytes<T> * (inputs + slice)));
  const std::size_t floats = spectraFloats<T>(block, inputs, group) + spectraFloats<T>(block, slice, kLanes) + spectraFloats<T>(inputs, slice, kLanes);
  Memory memory{run.scratch.get(run.scratch.owner, floats)};
  if (!memory.next) return Outcome::noMemory;
  const Spectra xs = memory.spectra<T>(block, inputs, group), dys = memory.spectra<T>(block, slice, kLanes);
  const Spectra sums = memory.spectra<T>(inputs, slice, kLanes);
  for (int first = 0; first < outputs; first += slice) {
    const int count = smaller(slice, outputs - first);
    for (int from = 0; from < grid.tiles(); from += block) {
      const int to = smaller(from + block, grid.tiles());
      if (first == 0 || block < grid.tiles())
        transformTiles<T>(run.parallel, grid, allChannels(x, inputs), from, to, withMargin<T>(shape.kernel), xs);
      transformTiles<T>(run.parallel, grid, {dy, outputs, first, count}, from, to, withoutMargin<T>(grid), dys);
      multiplyOverTiles<T, Conjugate::b>(run.parallel, xs, dys, sums, to - from, inputs, count, from > 0);
    }
    inverseKernel<T>(run.parallel, sums, dkernel, shape.kernel, inputs, outputs, first, count, KernelTurn::none);
  }
  return Outcome::done;
}

// Both gradients in one go over the tiles. dy with a margin serves both: the input gradient needs it, and for the kernel gradient it can
// take the margin that x has there otherwise; the result is then turned by 180 degrees. Pays where the spectra of the kernel and of its
// gradient fit the cache together, and is two passes elsewhere.
template <int T>
Outcome gradients(const Convolution& shape, const float* x, const float* kernel, const float* dy, float* dx, float* dkernel,
                  const Execution& run) {
  const int inputs = shape.inputs, outputs = shape.outputs, group = groupOf(inputs);
  const std::size_t kernelBytes = kComplexBytes<T> * vectorsOf(inputs) * kLanes * vectorsOf(outputs) * kLanes;
  if (inputs <= kFewChannels || outputs <= kFewChannels || 2 * kernelBytes > run.blocking.filterBytes) {
    const Outcome outcome = inputGradient<T>(shape, dy, kernel, dx, run);
    return outcome == Outcome::done ? kernelGradient<T>(shape, x, dy, dkernel, run) : outcome;
  }
  const Grid grid(shape, T);
  const int block = blockOf(grid.tiles(), run.blocking.tileBytes / (kComplexBytes<T> * (2 * inputs + outputs)));
  const std::size_t floats = kernelFloats(shape) + 2 * spectraFloats<T>(block, inputs, group) + spectraFloats<T>(block, outputs, kLanes) +
                             spectraFloats<T>(outputs, inputs, kLanes) + spectraFloats<T>(inputs, outputs, kLanes);
  float* turned = run.scratch.get(run.scratch.owner, floats);
  if (!turned) return Outcome::noMemory;
  Memory memory{turned + kernelFloats(shape)};
  const Spectra xs = memory.spectra<T>(block, inputs, group), dxs = memory.spectra<T>(block, inputs, kLanes);
  const Spectra dys = memory.spectra<T>(block, outputs, kLanes);
  const Spectra kernels = memory.spectra<T>(outputs, inputs, kLanes), sums = memory.spectra<T>(inputs, outputs, kLanes);
  turnKernel(run.parallel, shape, kernel, turned);
  transformKernel<T>(run.parallel, turned, shape.kernel, outputs, inputs, 0, inputs, kBlockVectors, kernels);
  for (int from = 0; from < grid.tiles(); from += block) {
    const int to = smaller(from + block, grid.tiles());
    transformTiles<T>(run.parallel, grid, allChannels(dy, outputs), from, to, withMargin<T>(shape.kernel), dys);
    transformTiles<T>(run.parallel, grid, allChannels(x, inputs), from, to, withoutMargin<T>(grid), xs);
    multiplyTiles<T>(run.parallel, dys, kernels, dxs, to - from, outputs, inputs);
    inverseTiles<T>(run.parallel, grid, dxs, from, to, dx, inputs, 0, inputs);
    multiplyOverTiles<T, Conjugate::a>(run.parallel, xs, dys, sums, to - from, inputs, outputs, from > 0);
  }
  inverseKernel<T>(run.parallel, sums, dkernel, shape.kernel, inputs, outputs, 0, outputs, KernelTurn::half);
  return Outcome::done;
}

// body(Constant<T>) for the tile side that is asked for, if there is a transform of it that holds the kernel.
template <class Body>
TRANSFUSION_INLINE Outcome withTile(const Convolution& shape, int tile, Body&& body) {
  if (tile < shape.kernel + 3) return Outcome::noSuchTile;
  switch (tile) {
    case 16:
      return body(Constant<16>{});
#if !defined(TRANSFUSION_ONE_TILE)  // builds with sanitisers, which take ten times as long to compile
    case 20:
      return body(Constant<20>{});
    case 32:
      return body(Constant<32>{});
    case 36:
      return body(Constant<36>{});
#endif
  }
  return Outcome::noSuchTile;
}

inline Outcome forwardPass(const Convolution& shape, int tile, const float* x, const float* kernel, float* y, const Execution& run) {
  return withTile(shape, tile, [&](auto t) { return forward<t>(shape, x, kernel, y, run); });
}
inline Outcome inputGradientPass(const Convolution& shape, int tile, const float* dy, const float* kernel, float* dx, const Execution& run) {
  return withTile(shape, tile, [&](auto t) { return inputGradient<t>(shape, dy, kernel, dx, run); });
}
inline Outcome kernelGradientPass(const Convolution& shape, int tile, const float* x, const float* dy, float* dkernel, const Execution& run) {
  return withTile(shape, tile, [&](auto t) { return kernelGradient<t>(shape, x, dy, dkernel, run); });
}
inline Outcome gradientsPass(const Convolution& shape, int tile, const float* x, const float* kernel, const float* dy, float* dx, float* dkernel,
                             const Execution& run) {
  return withTile(shape, tile, [&](auto t) { return gradients<t>(shape, x, kernel, dy, dx, dkernel, run); });
}

constexpr ConvolutionPasses kConvolutionPasses{forwardPass, inputGradientPass, kernelGradientPass, gradientsPass};

}  // namespace transfusion::TRANSFUSION_ISA
