// Spectra of image tiles and of kernels in memory, and the loops that make them and turn them back.
//
// Frequency-major: a plane for each frequency, in it a row for each tile (or input channel of a kernel), in it the channels in groups of
// one vector: real parts, then imaginary parts. A plane is a matrix, ready for the product.
#pragma once
#include "convolution/convolution.h"
#include "parallel-for.h"
#include "convolution/tile-transform.h"

namespace transfusion::TRANSFUSION_ISA {

// Planes begin a cache line later than a power of two would have them, or their rows would compete for the same lines of the cache.
constexpr int kPlanePadding = 16;
// Images (at most four channels) put the channels of several tiles into one vector.
constexpr int kFewChannels = 4;

struct Spectra {
  float* data;
  std::ptrdiff_t plane, row;
  int group;  // channels in a vector: kLanes, or kFewChannels
};

TRANSFUSION_INLINE int groupOf(int channels) { return channels <= kFewChannels ? kFewChannels : kLanes; }
TRANSFUSION_INLINE int rowFloats(int channels) { return 2 * ceilDivide(channels, groupOf(channels)) * groupOf(channels); }
TRANSFUSION_INLINE int vectorsOf(int channels) { return ceilDivide(channels, kLanes); }

// How an image is cut: tiles of `step` outputs a side, numbered through all images of the batch.
struct Grid {
  int batch, height, width, step, rows, columns;
  Grid(const Convolution& c, int tile)
      : batch(c.batch), height(c.height), width(c.width), step(tile - c.kernel + 1), rows(ceilDivide(c.height, step)),
        columns(ceilDivide(c.width, step)) {}
  int tiles() const { return batch * rows * columns; }
};

struct TilePlace {
  int image, y, x;
  TilePlace(const Grid& grid, int tile)
      : image(tile / (grid.rows * grid.columns)), y(tile / grid.columns % grid.rows * grid.step), x(tile % grid.columns * grid.step) {}
};

// An NHWC tensor of the grid's images, of whose channels first .. first+count-1 are looked at.
struct Images {
  const float* data;
  int channels, first, count;
};
TRANSFUSION_INLINE Images allChannels(const float* data, int channels) { return {data, channels, 0, channels}; }

// Which part of the image around a tile is transformed: `size` pixels a side, from `before` pixels up and left of the tile. Values are
// multiplied by `scale`, which has to be 1 where size is T.
struct Window {
  int size, before;
  float scale;
};

// The whole tile, with the margin of half a kernel that its outputs need.
template <int T>
TRANSFUSION_INLINE Window withMargin(int kernelSide) {
  return {T, kernelSide / 2, 1.0f};
}
// The tile's own outputs alone, divided by T * T, since the inverse transform does not divide.
template <int T>
TRANSFUSION_INLINE Window withoutMargin(const Grid& grid) {
  return {grid.step, 0, 1.0f / (T * T)};
}

constexpr int kTransformGrain = 8;

// Copies a window, zero outside the image and from `window.size` to T; `channel` .. of `count` channels go to lane `lane` and after.
template <int T>
TRANSFUSION_INLINE void copyWindow(const Grid& grid, const Images& images, int tile, Window window, int channel, int count, int lane,
                                   float* to) {
  const TilePlace place(grid, tile);
  const int y0 = place.y - window.before, x0 = place.x - window.before;
  for (int h = 0; h < window.size; h++) {
    float* row = to + h * T * kLanes + lane;
    const int y = y0 + h;
    const bool inside = y >= 0 && y < grid.height;
    const float* from = images.data + ((static_cast<std::ptrdiff_t>(place.image) * grid.height + y) * grid.width + x0) * images.channels + channel;
    for (int w = 0; w < T; w++) {
      const bool isThere = inside && w < window.size && x0 + w >= 0 && x0 + w < grid.width;
      if (count == kLanes)
        store(row + w * kLanes, isThere ? load(from + static_cast<std::ptrdiff_t>(w) * images.channels) * window.scale : zero());
      else
        for (int c = 0; c < count; c++) row[w * kLanes + c] = isThere ? from[static_cast<std::ptrdiff_t>(w) * images.channels + c] * window.scale : 0.0f;
    }
  }
}

// Tiles of few channels, kLanes / kFewChannels of them in one transform.
template <int T>
void transformFewChannels(const Parallel& parallel, const Grid& grid, const Images& images, int from, int to, Window window,
                          const Spectra& spectra) {
  constexpr int together = kLanes / kFewChannels;
  parallelFor(parallel, ceilDivide(to - from, together), kTransformGrain, [&](int begin, int end) {
    alignas(64) float tile[T * T * kLanes];
    alignas(64) float spectrum[kFrequencies<T> * 2 * kLanes];
    for (int item = begin; item < end; item++) {
      const int first = from + item * together, count = smaller(together, to - first);
      for (int i = 0; i < T * T * kLanes; i += kLanes) store(tile + i, zero());
      for (int i = 0; i < count; i++) copyWindow<T>(grid, images, first + i, window, images.first, images.count, i * kFewChannels, tile);
      TileTransform<T>::forward({tile, T * kLanes, kLanes}, window.size, spectrum, 2 * kLanes);
      for (int f = 0; f < kFrequencies<T>; f++)
        for (int i = 0; i < count; i++) {
          float* row = spectra.data + f * spectra.plane + (first + i - from) * spectra.row;
          const float* values = spectrum + f * 2 * kLanes + i * kFewChannels;
          for (int c = 0; c < kFewChannels; c++) {
            row[c] = values[c];
            row[kFewChannels + c] = values[kLanes + c];
          }
        }
    }
  });
}

// Spectra of tiles from .. to-1: row 0 is tile `from`.
template <int T>
void transformTiles(const Parallel& parallel, const Grid& grid, const Images& images, int from, int to, Window window,
                    const Spectra& spectra) {
  if (spectra.group < kLanes) return transformFewChannels<T>(parallel, grid, images, from, to, window, spectra);
  const int vectors = vectorsOf(images.count);
  parallelFor(parallel, (to - from) * vectors, kTransformGrain, [&](int begin, int end) {
    alignas(64) float copy[T * T * kLanes];
    for (int i = 0; i < T * T * kLanes; i += kLanes) store(copy + i, zero());
    for (int item = begin; item < end; item++) {
      const int tile = from + item / vectors, vector = item % vectors, channel = images.first + vector * kLanes;
      const int count = smaller(kLanes, images.count - vector * kLanes);
      const TilePlace place(grid, tile);
      const int y0 = place.y - window.before, x0 = place.x - window.before;
      const bool isInside = y0 >= 0 && x0 >= 0 && y0 + T <= grid.height && x0 + T <= grid.width;
      ConstTileView view{copy, T * kLanes, kLanes};
      if (isInside && window.size == T && count == kLanes) {
        view.data = images.data + ((static_cast<std::ptrdiff_t>(place.image) * grid.height + y0) * grid.width + x0) * images.channels + channel;
        view.rowStride = static_cast<std::ptrdiff_t>(grid.width) * images.channels;
        view.columnStride = images.channels;
      } else {
        if (count < kLanes)
          for (int i = 0; i < T * T * kLanes; i += kLanes) store(copy + i, zero());
        copyWindow<T>(grid, images, tile, window, channel, count, 0, copy);
      }
      float* to = spectra.data + (tile - from) * spectra.row + vector * 2 * kLanes;
      TileTransform<T>::forward(view, window.size, to, spectra.plane);
    }
  });
}

// Kernels as the second factor of the product, in panels as wide as the register block: [panel][input][vector of the panel].
TRANSFUSION_INLINE std::ptrdiff_t panelOffset(int input, int inputs, int vector, int vectors, int blockVectors) {
  const int panel = vector / blockVectors, width = smaller(blockVectors, vectors - panel * blockVectors);
  return (static_cast<std::ptrdiff_t>(panel) * inputs * blockVectors + static_cast<std::ptrdiff_t>(input) * width + vector % blockVectors) * 2 * kLanes;
}

// A kernel, side x side x inputs x outputs, divided by T * T, since the inverse transform does not divide. Output channels first ..
// first+count-1.
template <int T>
void transformKernel(const Parallel& parallel, const float* kernel, int side, int inputs, int outputs, int first, int count, int blockVectors,
                     const Spectra& spectra) {
  const int vectors = vectorsOf(count);
  parallelFor(parallel, inputs * vectors, kTransformGrain, [&](int begin, int end) {
    alignas(64) float tile[T * T * kLanes];
    for (int i = 0; i < side * T * kLanes; i += kLanes) store(tile + i, zero());
    for (int item = begin; item < end; item++) {
      const int input = item / vectors, vector = item % vectors, channel = first + vector * kLanes;
      const int lanes = smaller(kLanes, first + count - channel);
      for (int h = 0; h < side; h++)
        for (int w = 0; w < side; w++) {
          const float* from = kernel + (static_cast<std::ptrdiff_t>(h * side + w) * inputs + input) * outputs + channel;
          store(tile + (h * T + w) * kLanes, loadFirst(from, lanes) * (1.0f / (T * T)));
        }
      float* to = spectra.data + panelOffset(input, inputs, vector, vectors, blockVectors);
      TileTransform<T>::forward({tile, T * kLanes, kLanes}, side, to, spectra.plane);
    }
  });
}

// Tiles from .. to-1 of an output with `channels` channels, of which first .. first+count-1 are written.
template <int T>
void inverseTiles(const Parallel& parallel, const Grid& grid, const Spectra& spectra, int from, int to, float* images, int channels, int first,
                  int count) {
  const int vectors = vectorsOf(count);
  parallelFor(parallel, (to - from) * vectors, kTransformGrain, [&](int begin, int end) {
    alignas(64) float copy[T * T * kLanes];
    for (int item = begin; item < end; item++) {
      const int tile = from + item / vectors, vector = item % vectors;
      const TilePlace place(grid, tile);
      const int rows = smaller(grid.step, grid.height - place.y), columns = smaller(grid.step, grid.width - place.x);
      const int lanes = smaller(kLanes, count - vector * kLanes);
      const float* spectrum = spectra.data + (tile - from) * spectra.row + vector * 2 * kLanes;
      float* out = images + ((static_cast<std::ptrdiff_t>(place.image) * grid.height + place.y) * grid.width + place.x) * channels + first + vector * kLanes;
      const std::ptrdiff_t rowStride = static_cast<std::ptrdiff_t>(grid.width) * channels;
      if (lanes == kLanes) {
        TileTransform<T>::inverse(spectrum, spectra.plane, {out, rowStride, channels}, rows, columns);
        continue;
      }
      TileTransform<T>::inverse(spectrum, spectra.plane, {copy, T * kLanes, kLanes}, rows, columns);
      for (int h = 0; h < rows; h++)
        for (int w = 0; w < columns; w++)
          storeFirst(out + h * rowStride + static_cast<std::ptrdiff_t>(w) * channels, load(copy + (h * T + w) * kLanes), lanes);
    }
  });
}

enum class KernelTurn { none, half };

// Spectra with a row for each input channel, back to a kernel's output channels first .. first+count-1; half a turn is 180 degrees.
template <int T>
void inverseKernel(const Parallel& parallel, const Spectra& spectra, float* kernel, int side, int inputs, int outputs, int first, int count,
                   KernelTurn turn) {
  const int vectors = vectorsOf(count);
  parallelFor(parallel, inputs * vectors, kTransformGrain, [&](int begin, int end) {
    alignas(64) float tile[T * T * kLanes];
    for (int item = begin; item < end; item++) {
      const int input = item / vectors, vector = item % vectors;
      const int lanes = smaller(kLanes, count - vector * kLanes);
      const float* spectrum = spectra.data + input * spectra.row + vector * 2 * kLanes;
      TileTransform<T>::inverse(spectrum, spectra.plane, {tile, T * kLanes, kLanes}, side, side);
      for (int h = 0; h < side; h++)
        for (int w = 0; w < side; w++) {
          const int tap = h * side + w, place = turn == KernelTurn::half ? side * side - 1 - tap : tap;
          float* to = kernel + (static_cast<std::ptrdiff_t>(place) * inputs + input) * outputs + first + vector * kLanes;
          storeFirst(to, load(tile + (h * T + w) * kLanes), lanes);
        }
    }
  });
}

}  // namespace transfusion::TRANSFUSION_ISA
