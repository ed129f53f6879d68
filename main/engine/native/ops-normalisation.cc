// TensorFlow ops of the fused batch norm, ReLU and 3 x 3 max pooling at stride 2, and of the same without pooling.
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

Normalisation normalisationOf(const Attributes& attributes, const Shape& x, bool pools) {
  const auto side = [](std::int64_t value) { return static_cast<int>(value); };
  return {side(x[0]), side(x[1]), side(x[2]), side(x[3]), pools, attributes.epsilon};
}

Shape outShape(const Normalisation& shape) { return {shape.batch, shape.outHeight(), shape.outWidth(), shape.channels}; }

template <bool pools>
void training(const Attributes& attributes, OpCall& call) {
  const Shape& x = call.shape(0);
  requireImages("x", x);
  const Shape vector{x[3]};
  requireShape("gamma", call.shape(1), vector);
  requireShape("beta", call.shape(2), vector);
  if (x[0] * x[1] * x[2] == 0) throw BadCall("expected images to take the mean of, got none: " + describe(x));
  const Normalisation shape = normalisationOf(attributes, x, pools);
  int index = 0;
  float* out = call.output(index++, outShape(shape));
  std::uint8_t* winners = pools ? call.byteOutput(index++, outShape(shape)) : nullptr;
  float* mean = call.output(index++, vector);
  float* variance = call.output(index++, vector);
  requireDone(attributes.set->normalisation.training(shape, call.values(0), call.values(1), call.values(2), out, winners, mean, variance,
                                                     execution()));
}

template <bool pools>
void inference(const Attributes& attributes, OpCall& call) {
  const Shape& x = call.shape(0);
  requireImages("x", x);
  const char* names[] = {"x", "gamma", "beta", "mean", "variance"};
  for (int i = 1; i < 5; i++) requireShape(names[i], call.shape(i), {x[3]});
  const Normalisation shape = normalisationOf(attributes, x, pools);
  float* out = call.output(0, outShape(shape));
  if (x[0] * x[1] * x[2] == 0) return;
  requireDone(attributes.set->normalisation.inference(shape, call.values(0), call.values(1), call.values(2), call.values(3), call.values(4), out,
                                                      execution()));
}

// Inputs: dout, out, winners (if it pools), x, gamma, beta, mean, variance.
template <bool pools>
void gradient(const Attributes& attributes, OpCall& call) {
  constexpr int at = pools ? 3 : 2;
  const Shape& x = call.shape(at);
  requireImages("x", x);
  const Normalisation shape = normalisationOf(attributes, x, pools);
  requireShape("dout", call.shape(0), outShape(shape));
  requireShape("out", call.shape(1), outShape(shape));
  if (pools) requireShape("winners", call.shape(2), outShape(shape));
  const char* names[] = {"x", "gamma", "beta", "mean", "variance"};
  for (int i = 1; i < 5; i++) requireShape(names[i], call.shape(at + i), {x[3]});
  if (x[0] * x[1] * x[2] == 0) throw BadCall("expected images, got none: " + describe(x));
  float* dx = call.output(0, x);
  float* dgamma = call.output(1, {x[3]});
  float* dbeta = call.output(2, {x[3]});
  requireDone(attributes.set->normalisation.gradient(shape, call.values(0), call.values(1), pools ? call.bytes(2) : nullptr, call.values(at),
                                                     call.values(at + 1), call.values(at + 2), call.values(at + 3), call.values(at + 4), dx,
                                                     dgamma, dbeta, execution()));
}

template <bool pools>
void inferTraining(TF_ShapeInferenceContext* context, TF_Status* status) {
  ShapeInference shapes(context, status);
  TF_ShapeHandle* x = shapes.input(0, 4);
  TF_ShapeHandle* out = pools ? shapes.halved(x) : x;
  int index = 0;
  shapes.output(index++, out);
  if (pools) shapes.output(index++, out);
  shapes.output(index++, shapes.input(1, 1));
  shapes.output(index++, shapes.input(1, 1));
}

template <bool pools>
void inferInference(TF_ShapeInferenceContext* context, TF_Status* status) {
  ShapeInference shapes(context, status);
  TF_ShapeHandle* x = shapes.input(0, 4);
  shapes.output(0, pools ? shapes.halved(x) : x);
}

template <bool pools>
void inferGradient(TF_ShapeInferenceContext* context, TF_Status* status) {
  ShapeInference shapes(context, status);
  constexpr int at = pools ? 3 : 2;
  shapes.output(0, shapes.input(at, 4));
  shapes.output(1, shapes.input(at + 1, 1));
  shapes.output(2, shapes.input(at + 2, 1));
}

constexpr const char* kEpsilon = "epsilon: float";

const OpDefinition kPoolTraining{"TransfusionNormReluPool",
                                 {"x: float", "gamma: float", "beta: float"},
                                 {"out: float", "winners: uint8", "mean: float", "variance: float"},
                                 {kEpsilon},
                                 inferTraining<true>,
                                 training<true>};
const OpDefinition kTraining{"TransfusionNormRelu",
                             {"x: float", "gamma: float", "beta: float"},
                             {"out: float", "mean: float", "variance: float"},
                             {kEpsilon},
                             inferTraining<false>,
                             training<false>};
const OpDefinition kPoolInference{"TransfusionNormReluPoolInference",
                                  {"x: float", "gamma: float", "beta: float", "mean: float", "variance: float"},
                                  {"out: float"},
                                  {kEpsilon},
                                  inferInference<true>,
                                  inference<true>};
const OpDefinition kInference{"TransfusionNormReluInference",
                              {"x: float", "gamma: float", "beta: float", "mean: float", "variance: float"},
                              {"out: float"},
                              {kEpsilon},
                              inferInference<false>,
                              inference<false>};
const OpDefinition kPoolGradient{
    "TransfusionNormReluPoolGradient",
    {"dout: float", "out: float", "winners: uint8", "x: float", "gamma: float", "beta: float", "mean: float", "variance: float"},
    {"dx: float", "dgamma: float", "dbeta: float"},
    {kEpsilon},
    inferGradient<true>,
    gradient<true>};
const OpDefinition kGradient{"TransfusionNormReluGradient",
                             {"dout: float", "out: float", "x: float", "gamma: float", "beta: float", "mean: float", "variance: float"},
                             {"dx: float", "dgamma: float", "dbeta: float"},
                             {kEpsilon},
                             inferGradient<false>,
                             gradient<false>};

}  // namespace

void registerNormalisation() {
  for (const OpDefinition* op : {&kPoolTraining, &kTraining, &kPoolInference, &kInference, &kPoolGradient, &kGradient}) registerOp(*op);
}

}  // namespace transfusion
