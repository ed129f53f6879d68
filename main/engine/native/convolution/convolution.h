// What a convolution op is asked for, and what it may use. Shared by all instruction sets: plain data only.
#pragma once
#include <cstddef>

namespace transfusion {

// Stride 1, SAME padding, NHWC images and HWIO kernels; the kernel is square with an odd side.
struct Convolution {
  int batch, height, width, inputs, outputs, kernel;
};

// Runs body(data, begin, end) over parts of 0 .. count-1, on several threads, and returns when all are done.
struct Parallel {
  void* pool;
  void (*run)(void* pool, int count, int grain, void (*body)(void* data, int begin, int end), void* data);
};

// Memory of one call that is not initialised; `get` may be asked once a call.
struct Scratch {
  void* owner;
  // `count` floats, aligned to 64 bytes; null where there is no more memory.
  float* (*get)(void* owner, std::size_t count);
};

// Bytes of spectra to work on at a time, from the sizes of the caches.
struct Blocking {
  std::size_t filterBytes, tileBytes;
};

struct Execution {
  Parallel parallel;
  Scratch scratch;
  Blocking blocking;
};

enum class Outcome { done, noSuchTile, noMemory };

// The passes of one instruction set. `tile` is the side of the transform.
struct ConvolutionPasses {
  Outcome (*forward)(const Convolution&, int tile, const float* x, const float* kernel, float* y, const Execution&);
  Outcome (*inputGradient)(const Convolution&, int tile, const float* dy, const float* kernel, float* dx, const Execution&);
  Outcome (*kernelGradient)(const Convolution&, int tile, const float* x, const float* dy, float* dkernel, const Execution&);
  // Both at once, sharing the transform of dy.
  Outcome (*gradients)(const Convolution&, int tile, const float* x, const float* kernel, const float* dy, float* dx, float* dkernel,
                       const Execution&);
};

}  // namespace transfusion
