// TensorFlow ops of the large-kernel convolution.
#include "op-call.h"
#include "ops.h"
#include "shape-inference.h"
#include "convolution/tile-choice.h"

namespace transfusion {
namespace {

constexpr int kLargestKernel = 11;
constexpr std::int64_t kLargestSide = 1 << 24;

void requireImages(const char* name, const Shape& shape) {
  const bool fits = shape.size() == 4 && shape[3] > 0;
  if (!fits) throw BadCall(std::string("expected ") + name + " of shape [batch, height, width, channels], got " + describe(shape));
  for (const std::int64_t side : shape)
    if (side > kLargestSide) throw BadCall(std::string("expected sides of at most 16777216 in ") + name + ", got " + describe(shape));
}

void requireKernel(const Shape& shape) {
  const bool fits = shape.size() == 4 && shape[0] == shape[1] && shape[0] % 2 == 1 && shape[0] >= 3 && shape[0] <= kLargestKernel &&
                    shape[2] > 0 && shape[3] > 0 && shape[2] <= kLargestSide && shape[3] <= kLargestSide;
  if (!fits)
    throw BadCall("expected a kernel of shape [side, side, inputs, outputs] with a side of 3, 5, 7, 9 or 11, got " + describe(shape));
}

void requireChannels(const char* name, const Shape& images, const Shape& kernel, int axis) {
  if (images[3] == kernel[axis]) return;
  throw BadCall("expected " + std::to_string(kernel[axis]) + " channels in " + name + " for a kernel of shape " + describe(kernel) + ", got " +
                describe(images));
}

void requireSameImages(const Shape& x, const Shape& dy) {
  if (x[0] == dy[0] && x[1] == dy[1] && x[2] == dy[2]) return;
  throw BadCall("expected dy of the same batch, height and width as x, " + describe(x) + ", got " + describe(dy));
}

Convolution convolutionOf(const Shape& images, const Shape& kernel) {
  const auto side = [](std::int64_t value) { return static_cast<int>(value); };
  return {side(images[0]), side(images[1]), side(images[2]), side(kernel[2]), side(kernel[3]), side(kernel[0])};
}

int tileFor(const Attributes& attributes, const Convolution& shape) { return attributes.tile ? attributes.tile : chooseTile(shape); }

bool isEmpty(const Shape& images) { return images[0] == 0 || images[1] == 0 || images[2] == 0; }

void fillZero(float* values, const Shape& shape) {
  std::int64_t count = 1;
  for (const std::int64_t side : shape) count *= side;
  for (std::int64_t i = 0; i < count; i++) values[i] = 0;
}

void forward(const Attributes& attributes, OpCall& call) {
  const Shape &x = call.shape(0), &kernel = call.shape(1);
  requireImages("x", x);
  requireKernel(kernel);
  requireChannels("x", x, kernel, 2);
  float* y = call.output(0, {x[0], x[1], x[2], kernel[3]});
  if (isEmpty(x)) return;
  const Convolution shape = convolutionOf(x, kernel);
  requireDone(attributes.set->convolution.forward(shape, tileFor(attributes, shape), call.values(0), call.values(1), y, execution()));
}

void inputGradient(const Attributes& attributes, OpCall& call) {
  const Shape &kernel = call.shape(0), &dy = call.shape(1);
  requireImages("dy", dy);
  requireKernel(kernel);
  requireChannels("dy", dy, kernel, 3);
  float* dx = call.output(0, {dy[0], dy[1], dy[2], kernel[2]});
  if (isEmpty(dy)) return;
  const Convolution shape = convolutionOf(dy, kernel);
  requireDone(attributes.set->convolution.inputGradient(shape, tileFor(attributes, shape), call.values(1), call.values(0), dx, execution()));
}

void requireBoth(const OpCall& call) {
  const Shape &x = call.shape(0), &kernel = call.shape(1), &dy = call.shape(2);
  requireImages("x", x);
  requireImages("dy", dy);
  requireKernel(kernel);
  requireChannels("x", x, kernel, 2);
  requireChannels("dy", dy, kernel, 3);
  requireSameImages(x, dy);
}

void kernelGradient(const Attributes& attributes, OpCall& call) {
  requireBoth(call);
  const Shape &x = call.shape(0), &kernel = call.shape(1);
  float* dkernel = call.output(0, kernel);
  if (isEmpty(x)) return fillZero(dkernel, kernel);
  const Convolution shape = convolutionOf(x, kernel);
  requireDone(
      attributes.set->convolution.kernelGradient(shape, tileFor(attributes, shape), call.values(0), call.values(2), dkernel, execution()));
}

void gradients(const Attributes& attributes, OpCall& call) {
  requireBoth(call);
  const Shape &x = call.shape(0), &kernel = call.shape(1);
  float* dx = call.output(0, x);
  float* dkernel = call.output(1, kernel);
  if (isEmpty(x)) return fillZero(dkernel, kernel);
  const Convolution shape = convolutionOf(x, kernel);
  requireDone(attributes.set->convolution.gradients(shape, tileFor(attributes, shape), call.values(0), call.values(1), call.values(2), dx,
                                                    dkernel, execution()));
}

// A kernel's shape, as far as it is known in a graph.
TF_ShapeHandle* kernelOf(ShapeInference& shapes, int input) {
  TF_ShapeHandle* kernel = shapes.input(input, 4);
  for (const int axis : {0, 1}) {
    const std::int64_t side = shapes.side(kernel, axis);
    shapes.require(side < 0 || (side % 2 == 1 && side >= 3 && side <= kLargestKernel),
                   "expected a kernel with a side of 3, 5, 7, 9 or 11, got " + std::to_string(side));
  }
  shapes.requireSame(kernel, 0, kernel, 1, "a square kernel");
  return kernel;
}

void inferForward(TF_ShapeInferenceContext* context, TF_Status* status) {
  ShapeInference shapes(context, status);
  TF_ShapeHandle *x = shapes.input(0, 4), *kernel = kernelOf(shapes, 1);
  shapes.requireSame(x, 3, kernel, 2, "as many channels in x as inputs of the kernel");
  shapes.output(0, shapes.join(x, 0, 3, kernel, 3, 4));
}

void inferInputGradient(TF_ShapeInferenceContext* context, TF_Status* status) {
  ShapeInference shapes(context, status);
  TF_ShapeHandle *kernel = kernelOf(shapes, 0), *dy = shapes.input(1, 4);
  shapes.requireSame(dy, 3, kernel, 3, "as many channels in dy as outputs of the kernel");
  shapes.output(0, shapes.join(dy, 0, 3, kernel, 2, 3));
}

TF_ShapeHandle* kernelOfBoth(ShapeInference& shapes) {
  TF_ShapeHandle *x = shapes.input(0, 4), *kernel = kernelOf(shapes, 1), *dy = shapes.input(2, 4);
  shapes.requireSame(x, 3, kernel, 2, "as many channels in x as inputs of the kernel");
  shapes.requireSame(dy, 3, kernel, 3, "as many channels in dy as outputs of the kernel");
  for (const int axis : {0, 1, 2}) shapes.requireSame(x, axis, dy, axis, "dy of the same batch, height and width as x");
  return kernel;
}

void inferKernelGradient(TF_ShapeInferenceContext* context, TF_Status* status) {
  ShapeInference shapes(context, status);
  shapes.output(0, kernelOfBoth(shapes));
}

void inferGradients(TF_ShapeInferenceContext* context, TF_Status* status) {
  ShapeInference shapes(context, status);
  TF_ShapeHandle* kernel = kernelOfBoth(shapes);
  shapes.output(0, shapes.input(0, 4));
  shapes.output(1, kernel);
}

constexpr const char* kTile = "tile: int = 0";

const OpDefinition kForward{"TransfusionConv2D", {"x: float", "kernel: float"}, {"y: float"}, {kTile}, inferForward, forward};
const OpDefinition kInputGradient{
    "TransfusionConv2DInputGradient", {"kernel: float", "dy: float"}, {"dx: float"}, {kTile}, inferInputGradient, inputGradient};
const OpDefinition kKernelGradient{"TransfusionConv2DKernelGradient",
                                   {"x: float", "kernel: float", "dy: float"},
                                   {"dkernel: float"},
                                   {kTile},
                                   inferKernelGradient,
                                   kernelGradient};
const OpDefinition kGradients{"TransfusionConv2DGradients",
                              {"x: float", "kernel: float", "dy: float"},
                              {"dx: float", "dkernel: float"},
                              {kTile},
                              inferGradients,
                              gradients};

}  // namespace

void registerConvolution() {
  for (const OpDefinition* op : {&kForward, &kInputGradient, &kKernelGradient, &kGradients}) registerOp(*op);
}

}  // namespace transfusion
