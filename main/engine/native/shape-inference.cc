#include "shape-inference.h"

namespace transfusion {

ShapeInference::~ShapeInference() {
  for (TF_ShapeHandle* handle : handles_) TF_DeleteShapeHandle(handle);
}

TF_ShapeHandle* ShapeInference::keep(TF_ShapeHandle* handle) {
  handles_.push_back(handle);
  return handle;
}

TF_ShapeHandle* ShapeInference::input(int index, int rank) {
  TF_ShapeHandle* shape = keep(TF_NewShapeHandle());
  if (isOk()) TF_ShapeInferenceContextGetInput(context_, index, shape, status_);
  TF_ShapeHandle* ranked = keep(TF_NewShapeHandle());
  if (isOk()) TF_ShapeInferenceContextWithRank(context_, shape, rank, ranked, status_);
  return ranked;
}

TF_ShapeHandle* ShapeInference::join(TF_ShapeHandle* first, int from, int to, TF_ShapeHandle* second, int secondFrom, int secondTo) {
  TF_ShapeHandle* start = keep(TF_NewShapeHandle());
  TF_ShapeHandle* end = keep(TF_NewShapeHandle());
  TF_ShapeHandle* result = keep(TF_NewShapeHandle());
  if (isOk()) TF_ShapeInferenceContextSubshape(context_, first, from, to, start, status_);
  if (isOk()) TF_ShapeInferenceContextSubshape(context_, second, secondFrom, secondTo, end, status_);
  if (isOk()) TF_ShapeInferenceContextConcatenateShapes(context_, start, end, result, status_);
  return result;
}

TF_ShapeHandle* ShapeInference::halved(TF_ShapeHandle* images) {
  if (!isOk() || !TF_ShapeInferenceContextRankKnown(context_, images)) return nullptr;
  TF_DimensionHandle* side = TF_NewDimensionHandle();
  TF_ShapeHandle* sides = nullptr;
  for (int axis = 1; axis <= 2; axis++) {
    TF_ShapeInferenceContextDim(context_, images, axis, side);
    if (!TF_DimensionHandleValueKnown(side)) {
      TF_DeleteDimensionHandle(side);
      return nullptr;
    }
    const auto half = static_cast<std::size_t>((TF_DimensionHandleValue(side) + 1) / 2);
    TF_ShapeHandle* one = keep(TF_ShapeInferenceContextVectorFromSize(context_, half));
    sides = sides ? join(sides, 0, 1, one, 0, 1) : one;
  }
  TF_DeleteDimensionHandle(side);
  return join(join(images, 0, 1, sides, 0, 2), 0, 3, images, 3, 4);
}

std::int64_t ShapeInference::side(TF_ShapeHandle* shape, int axis) {
  if (!isOk() || !TF_ShapeInferenceContextRankKnown(context_, shape)) return -1;
  TF_DimensionHandle* handle = TF_NewDimensionHandle();
  TF_ShapeInferenceContextDim(context_, shape, axis, handle);
  const std::int64_t value = TF_DimensionHandleValueKnown(handle) ? TF_DimensionHandleValue(handle) : -1;
  TF_DeleteDimensionHandle(handle);
  return value;
}

void ShapeInference::require(bool fits, const std::string& expected) {
  if (isOk() && !fits) TF_SetStatus(status_, TF_INVALID_ARGUMENT, expected.c_str());
}

void ShapeInference::requireSame(TF_ShapeHandle* first, int axis, TF_ShapeHandle* second, int secondAxis, const char* expected) {
  const std::int64_t a = side(first, axis), b = side(second, secondAxis);
  require(a < 0 || b < 0 || a == b, std::string("expected ") + expected + ", got " + std::to_string(a) + " and " + std::to_string(b));
}

void ShapeInference::output(int index, TF_ShapeHandle* shape) {
  if (isOk() && shape) TF_ShapeInferenceContextSetOutput(context_, index, shape, status_);
}

}  // namespace transfusion
