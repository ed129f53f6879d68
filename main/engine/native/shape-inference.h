// Output shapes of ops from their inputs' shapes, for graphs; eager calls do not ask.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "tensorflow/c/ops.h"

namespace transfusion {

class ShapeInference {
 public:
  ShapeInference(TF_ShapeInferenceContext* context, TF_Status* status) : context_(context), status_(status) {}
  ~ShapeInference();
  ShapeInference(const ShapeInference&) = delete;
  ShapeInference& operator=(const ShapeInference&) = delete;

  // The shape of an input, which has to have that rank if its rank is known.
  TF_ShapeHandle* input(int index, int rank);
  // Axes from .. to-1 of the first, then those of the second.
  TF_ShapeHandle* join(TF_ShapeHandle* first, int from, int to, TF_ShapeHandle* second, int secondFrom, int secondTo);
  // NHWC with height and width halved, rounding up; null where they are not known.
  TF_ShapeHandle* halved(TF_ShapeHandle* images);
  // The side of an axis; -1 where it is not known.
  std::int64_t side(TF_ShapeHandle* shape, int axis);
  // An error of the graph unless it fits; TensorFlow adds the names of node and op and the shapes of the inputs.
  void require(bool fits, const std::string& expected);
  void requireSame(TF_ShapeHandle* first, int axis, TF_ShapeHandle* second, int secondAxis, const char* expected);
  void output(int index, TF_ShapeHandle* shape);
  bool isOk() const { return TF_GetCode(status_) == TF_OK; }

 private:
  TF_ShapeHandle* keep(TF_ShapeHandle* handle);

  TF_ShapeInferenceContext* context_;
  TF_Status* status_;
  std::vector<TF_ShapeHandle*> handles_;
};

}  // namespace transfusion
