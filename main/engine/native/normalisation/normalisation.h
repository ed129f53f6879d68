// What a fused batch norm, ReLU and max pooling is asked for. Shared by all instruction sets: plain data only.
#pragma once
#include <cstdint>

#include "convolution/convolution.h"

namespace transfusion {

// What follows the normalisation in the same op.
enum class After { nothing, relu, reluAndPool, addAndRelu };

// NHWC. With `pools`, 3 x 3 windows at stride 2 with SAME padding, which never wins.
struct Normalisation {
  int batch, height, width, channels;
  bool pools;
  float epsilon;
  bool rectifies = true;
  // The other branch of a residual block, of the shape of x: added before the ReLU; and where its gradient goes.
  const float* residual = nullptr;
  float* dresidual = nullptr;
  After after() const {
    if (pools) return After::reluAndPool;
    if (residual || dresidual) return After::addAndRelu;
    return rectifies ? After::relu : After::nothing;
  }
  int outHeight() const { return pools ? (height + 1) / 2 : height; }
  int outWidth() const { return pools ? (width + 1) / 2 : width; }
};

// In `winners`: the place (row-major, 0..8) of the first largest value of a window, or this where none was above zero.
constexpr std::uint8_t kNoWinner = 255;

struct NormalisationPasses {
  // By the batch's own mean and (biased) variance, which are written, one value a channel. `winners` is written if it pools.
  Outcome (*training)(const Normalisation&, const float* x, const float* gamma, const float* beta, float* out, std::uint8_t* winners,
                      float* mean, float* variance, const Execution&);
  Outcome (*inference)(const Normalisation&, const float* x, const float* gamma, const float* beta, const float* mean, const float* variance,
                       float* out, const Execution&);
  // `out` is not read where nothing follows.
  Outcome (*gradient)(const Normalisation&, const float* dout, const float* out, const std::uint8_t* winners, const float* x,
                      const float* gamma, const float* beta, const float* mean, const float* variance, float* dx, float* dgamma, float* dbeta,
                      const Execution&);
};

}  // namespace transfusion
