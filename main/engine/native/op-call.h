// TensorFlow's C interface for kernels, so far as the ops here need it. The C interface is stable: what is compiled against it works with
// every later TensorFlow 2, and needs none of its C++ headers.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

#include "processor.h"
// Leaves out a part of the header that refers to C++ headers.
#define IS_SLIM_BUILD
#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"

namespace transfusion {

// What is wrong with a call; the op's name is added by whoever catches it.
class BadCall : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

using Shape = std::vector<std::int64_t>;
std::string describe(const Shape& shape);

// Attributes that are fixed when TensorFlow makes a kernel.
struct Attributes {
  const char* op;
  const InstructionSet* set;
  int tile = 0;
  float epsilon = 0;
};

// One run of an op: its inputs and outputs. Throws BadCall.
class OpCall {
 public:
  explicit OpCall(TF_OpKernelContext* context);
  ~OpCall();
  OpCall(const OpCall&) = delete;
  OpCall& operator=(const OpCall&) = delete;

  const Shape& shape(int input) const { return shapes_[input]; }
  const float* values(int input) const { return static_cast<const float*>(TF_TensorData(inputs_[input])); }
  const std::uint8_t* bytes(int input) const { return static_cast<const std::uint8_t*>(TF_TensorData(inputs_[input])); }
  float* output(int index, const Shape& shape) { return static_cast<float*>(allocate(index, shape, TF_FLOAT, sizeof(float))); }
  std::uint8_t* byteOutput(int index, const Shape& shape) { return static_cast<std::uint8_t*>(allocate(index, shape, TF_UINT8, 1)); }

 private:
  void* allocate(int index, const Shape& shape, TF_DataType type, std::size_t bytes);

  TF_OpKernelContext* context_;
  TF_Status* status_;
  std::vector<TF_Tensor*> inputs_, outputs_;
  std::vector<Shape> shapes_;
};

// What an op is to TensorFlow.
struct OpDefinition {
  const char* name;
  std::initializer_list<const char*> inputs, outputs, attributes;
  void (*inferShapes)(TF_ShapeInferenceContext*, TF_Status*);
  void (*compute)(const Attributes&, OpCall&);
};

// Makes an op known to TensorFlow, with its kernel for CPUs. `definition` has to live as long as the process. Throws std::runtime_error.
void registerOp(const OpDefinition& definition);

// Memory, threads and block sizes of a call.
Execution execution();

void requireDone(Outcome outcome);

}  // namespace transfusion
