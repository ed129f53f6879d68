// TensorFlow ops of batch norm fused with what follows it: nothing, ReLU, ReLU and 3 x 3 max pooling at stride 2, or the addition of a
// residual block and ReLU.
#include "op-call.h"
#include "ops.h"
#include "shape-inference.h"

namespace transfusion {
namespace {

void requireImages(const char* name, const Shape& shape) {
  bool fits = shape.size() == 4 && shape[3] > 0;
  for (const std::int64_t side : shape) fits = fits && side <= (1 << 24);
  if (!fits) throw BadCall(std::string("expected ") + name + " of shape [batch, height, width, channels], got " + describe(shape));
}

void requireShape(const char* name, const Shape& shape, const Shape& expected) {
  if (shape != expected) throw BadCall(std::string("expected ") + name + " of shape " + describe(expected) + ", got " + describe(shape));
}

Normalisation normalisationOf(const Attributes& attributes, const Shape& x, After after) {
  const auto side = [](std::int64_t value) { return static_cast<int>(value); };
  return {side(x[0]), side(x[1]), side(x[2]), side(x[3]), after == After::reluAndPool, attributes.epsilon,
          after != After::nothing};
}

Shape outShape(const Normalisation& shape) { return {shape.batch, shape.outHeight(), shape.outWidth(), shape.channels}; }

template <After after>
void training(const Attributes& attributes, OpCall& call) {
  const Shape& x = call.shape(0);
  requireImages("x", x);
  const Shape vector{x[3]};
  requireShape("gamma", call.shape(1), vector);
  requireShape("beta", call.shape(2), vector);
  if (x[0] * x[1] * x[2] == 0) throw BadCall("expected images to take the mean of, got none: " + describe(x));
  Normalisation shape = normalisationOf(attributes, x, after);
  if (after == After::addAndRelu) {
    requireShape("residual", call.shape(3), x);
    shape.residual = call.values(3);
  }
  int index = 0;
  float* out = call.output(index++, outShape(shape));
  std::uint8_t* winners = after == After::reluAndPool ? call.byteOutput(index++, outShape(shape)) : nullptr;
  float* mean = call.output(index++, vector);
  float* variance = call.output(index++, vector);
  requireDone(attributes.set->normalisation.training(shape, call.values(0), call.values(1), call.values(2), out, winners, mean, variance,
                                                     execution()));
}

template <After after>
void inference(const Attributes& attributes, OpCall& call) {
  const Shape& x = call.shape(0);
  requireImages("x", x);
  const char* names[] = {"x", "gamma", "beta", "mean", "variance"};
  for (int i = 1; i < 5; i++) requireShape(names[i], call.shape(i), {x[3]});
  Normalisation shape = normalisationOf(attributes, x, after);
  if (after == After::addAndRelu) {
    requireShape("residual", call.shape(5), x);
    shape.residual = call.values(5);
  }
  float* out = call.output(0, outShape(shape));
  if (x[0] * x[1] * x[2] == 0) return;
  requireDone(attributes.set->normalisation.inference(shape, call.values(0), call.values(1), call.values(2), call.values(3), call.values(4), out,
                                                      execution()));
}

// Inputs: dout, out (if anything follows), winners (if it pools), x, gamma, beta, mean, variance.
constexpr int placeOfX(After after) { return after == After::nothing ? 1 : after == After::reluAndPool ? 3 : 2; }

template <After after>
void gradient(const Attributes& attributes, OpCall& call) {
  constexpr int at = placeOfX(after);
  const Shape& x = call.shape(at);
  requireImages("x", x);
  Normalisation shape = normalisationOf(attributes, x, after);
  requireShape("dout", call.shape(0), outShape(shape));
  if (after != After::nothing) requireShape("out", call.shape(1), outShape(shape));
  if (after == After::reluAndPool) requireShape("winners", call.shape(2), outShape(shape));
  const char* names[] = {"x", "gamma", "beta", "mean", "variance"};
  for (int i = 1; i < 5; i++) requireShape(names[i], call.shape(at + i), {x[3]});
  if (x[0] * x[1] * x[2] == 0) throw BadCall("expected images, got none: " + describe(x));
  float* dx = call.output(0, x);
  float* dgamma = call.output(1, {x[3]});
  float* dbeta = call.output(2, {x[3]});
  if (after == After::addAndRelu) shape.dresidual = call.output(3, x);
  const float* out = after == After::nothing ? nullptr : call.values(1);
  requireDone(attributes.set->normalisation.gradient(shape, call.values(0), out, after == After::reluAndPool ? call.bytes(2) : nullptr, call.values(at),
                                                     call.values(at + 1), call.values(at + 2), call.values(at + 3), call.values(at + 4), dx,
                                                     dgamma, dbeta, execution()));
}

// x, and that there is a value a channel in each of the vectors that come after it.
TF_ShapeHandle* imagesOf(ShapeInference& shapes, int input, int vectors) {
  TF_ShapeHandle* x = shapes.input(input, 4);
  for (int i = 1; i <= vectors; i++)
    shapes.requireSame(shapes.input(input + i, 1), 0, x, 3, "one value a channel of x");
  return x;
}

template <After after>
void inferTraining(TF_ShapeInferenceContext* context, TF_Status* status) {
  ShapeInference shapes(context, status);
  TF_ShapeHandle* x = imagesOf(shapes, 0, 2);
  TF_ShapeHandle* out = after == After::reluAndPool ? shapes.halved(x) : x;
  int index = 0;
  shapes.output(index++, out);
  if (after == After::reluAndPool) shapes.output(index++, out);
  shapes.output(index++, shapes.input(1, 1));
  shapes.output(index++, shapes.input(1, 1));
}

template <After after>
void inferInference(TF_ShapeInferenceContext* context, TF_Status* status) {
  ShapeInference shapes(context, status);
  TF_ShapeHandle* x = imagesOf(shapes, 0, 4);
  shapes.output(0, after == After::reluAndPool ? shapes.halved(x) : x);
}

template <After after>
void inferGradient(TF_ShapeInferenceContext* context, TF_Status* status) {
  ShapeInference shapes(context, status);
  constexpr int at = placeOfX(after);
  shapes.output(0, imagesOf(shapes, at, 4));
  shapes.output(1, shapes.input(at + 1, 1));
  shapes.output(2, shapes.input(at + 2, 1));
  if (after == After::addAndRelu) shapes.output(3, shapes.input(at, 4));
}

constexpr const char* kEpsilon = "epsilon: float";

const OpDefinition kPoolTraining{"TransfusionNormReluPool",
                                 {"x: float", "gamma: float", "beta: float"},
                                 {"out: float", "winners: uint8", "mean: float", "variance: float"},
                                 {kEpsilon},
                                 inferTraining<After::reluAndPool>,
                                 training<After::reluAndPool>};
const OpDefinition kTraining{"TransfusionNormRelu",
                             {"x: float", "gamma: float", "beta: float"},
                             {"out: float", "mean: float", "variance: float"},
                             {kEpsilon},
                             inferTraining<After::relu>,
                             training<After::relu>};
const OpDefinition kPoolInference{"TransfusionNormReluPoolInference",
                                  {"x: float", "gamma: float", "beta: float", "mean: float", "variance: float"},
                                  {"out: float"},
                                  {kEpsilon},
                                  inferInference<After::reluAndPool>,
                                  inference<After::reluAndPool>};
const OpDefinition kInference{"TransfusionNormReluInference",
                              {"x: float", "gamma: float", "beta: float", "mean: float", "variance: float"},
                              {"out: float"},
                              {kEpsilon},
                              inferInference<After::relu>,
                              inference<After::relu>};
const OpDefinition kPoolGradient{
    "TransfusionNormReluPoolGradient",
    {"dout: float", "out: float", "winners: uint8", "x: float", "gamma: float", "beta: float", "mean: float", "variance: float"},
    {"dx: float", "dgamma: float", "dbeta: float"},
    {kEpsilon},
    inferGradient<After::reluAndPool>,
    gradient<After::reluAndPool>};
const OpDefinition kGradient{"TransfusionNormReluGradient",
                             {"dout: float", "out: float", "x: float", "gamma: float", "beta: float", "mean: float", "variance: float"},
                             {"dx: float", "dgamma: float", "dbeta: float"},
                             {kEpsilon},
                             inferGradient<After::relu>,
                             gradient<After::relu>};

const OpDefinition kPlainTraining{"TransfusionNorm",
                                  {"x: float", "gamma: float", "beta: float"},
                                  {"out: float", "mean: float", "variance: float"},
                                  {kEpsilon},
                                  inferTraining<After::nothing>,
                                  training<After::nothing>};
const OpDefinition kPlainInference{"TransfusionNormInference",
                                   {"x: float", "gamma: float", "beta: float", "mean: float", "variance: float"},
                                   {"out: float"},
                                   {kEpsilon},
                                   inferInference<After::nothing>,
                                   inference<After::nothing>};
const OpDefinition kPlainGradient{"TransfusionNormGradient",
                                  {"dout: float", "x: float", "gamma: float", "beta: float", "mean: float", "variance: float"},
                                  {"dx: float", "dgamma: float", "dbeta: float"},
                                  {kEpsilon},
                                  inferGradient<After::nothing>,
                                  gradient<After::nothing>};
const OpDefinition kAddTraining{"TransfusionNormAddRelu",
                                {"x: float", "gamma: float", "beta: float", "residual: float"},
                                {"out: float", "mean: float", "variance: float"},
                                {kEpsilon},
                                inferTraining<After::addAndRelu>,
                                training<After::addAndRelu>};
const OpDefinition kAddInference{"TransfusionNormAddReluInference",
                                 {"x: float", "gamma: float", "beta: float", "mean: float", "variance: float", "residual: float"},
                                 {"out: float"},
                                 {kEpsilon},
                                 inferInference<After::addAndRelu>,
                                 inference<After::addAndRelu>};
const OpDefinition kAddGradient{"TransfusionNormAddReluGradient",
                                {"dout: float", "out: float", "x: float", "gamma: float", "beta: float", "mean: float", "variance: float"},
                                {"dx: float", "dgamma: float", "dbeta: float", "dresidual: float"},
                                {kEpsilon},
                                inferGradient<After::addAndRelu>,
                                gradient<After::addAndRelu>};

}  // namespace

void registerNormalisation() {
  for (const OpDefinition* op : {&kPoolTraining, &kPoolInference, &kPoolGradient, &kTraining, &kInference, &kGradient, &kPlainTraining,
                                 &kPlainInference, &kPlainGradient, &kAddTraining, &kAddInference, &kAddGradient})
    registerOp(*op);
}

}  // namespace transfusion
