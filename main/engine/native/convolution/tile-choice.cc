#include "convolution/tile-choice.h"

namespace transfusion {
namespace {

constexpr int kTiles[] = {16, 20, 32, 36};
// Outputs of a tile: with fewer, the margin is most of the work.
constexpr int kLeastOutputs = 8;

// Cost of turning one value of a tile (with its channel) into its spectrum or back, in complex multiply-adds of the product. Measured
// on AVX2 (docs/decisions); the ratio is alike for the other widths, since both kinds of work are vectors of the same length.
constexpr double kTransform = 16;
// The same for a value of a kernel's spectrum, which is written and read from memory once for few uses.
constexpr double kKernelTransform = 24;

double cost(const Convolution& c, int tile) {
  const int step = tile - c.kernel + 1;
  const auto count = [step](int side) { return static_cast<double>((side + step - 1) / step); };
  const double tiles = c.batch * count(c.height) * count(c.width), channels = static_cast<double>(c.inputs) * c.outputs;
  const double values = static_cast<double>(tile) * tile;
  return values * (tiles * (0.5 * channels + kTransform * (c.inputs + c.outputs)) + kKernelTransform * channels);
}

}  // namespace

int chooseTile(const Convolution& shape) {
  int best = 0;
  double least = 0;
  for (const int tile : kTiles) {
    if (tile - shape.kernel + 1 < kLeastOutputs) continue;
    const double value = cost(shape, tile);
    if (best == 0 || value < least) {
      best = tile;
      least = value;
    }
  }
  return best;
}

double estimateWork(const Convolution& shape) {
  const int tile = chooseTile(shape);
  return tile == 0 ? 0 : 4 * cost(shape, tile);
}

}  // namespace transfusion
