#include "op-call.h"

#include "scratch.h"
#include "workers.h"

namespace transfusion {
namespace {

struct StatusOwner {
  TF_Status* status = TF_NewStatus();
  ~StatusOwner() { TF_DeleteStatus(status); }
  bool isOk() const { return TF_GetCode(status) == TF_OK; }
};

struct Kernel {
  const OpDefinition* definition;
  Attributes attributes;
};

// TF_KernelBuilder takes functions without data: one pair for each op, told apart by a template argument.
constexpr int kMostOps = 20;  // room for the ops of ops.h
const OpDefinition* definitions[kMostOps];
int definitionCount = 0;

std::string textAttribute(TF_OpKernelConstruction* construction, const char* name) {
  char text[32] = {};
  StatusOwner owner;
  TF_OpKernelConstruction_GetAttrString(construction, name, text, sizeof(text) - 1, owner.status);
  return owner.isOk() ? text : "";
}

void* create(const OpDefinition& definition, TF_OpKernelConstruction* construction) {
  std::string message;
  const InstructionSet* set = setNamed(textAttribute(construction, "instruction_set"), message);
  if (!set) {
    StatusOwner owner;
    TF_SetStatus(owner.status, TF_INVALID_ARGUMENT, (std::string(definition.name) + ": " + message + ".").c_str());
    TF_OpKernelConstruction_Failure(construction, owner.status);
    return nullptr;
  }
  auto* kernel = new Kernel{&definition, {definition.name, set}};
  StatusOwner owner;
  for (const char* attribute : definition.attributes) {
    const std::string name(attribute, std::string(attribute).find_first_of(": "));
    if (name == "tile") TF_OpKernelConstruction_GetAttrInt32(construction, "tile", &kernel->attributes.tile, owner.status);
    if (name == "epsilon") TF_OpKernelConstruction_GetAttrFloat(construction, "epsilon", &kernel->attributes.epsilon, owner.status);
  }
  if (!owner.isOk()) TF_OpKernelConstruction_Failure(construction, owner.status);
  return kernel;
}

template <int Index>
void* createAt(TF_OpKernelConstruction* construction) {
  return create(*definitions[Index], construction);
}

void fail(TF_OpKernelContext* context, TF_Code code, const std::string& message) {
  StatusOwner owner;
  TF_SetStatus(owner.status, code, message.c_str());
  TF_OpKernelContext_Failure(context, owner.status);
}

void compute(void* data, TF_OpKernelContext* context) {
  const auto& kernel = *static_cast<Kernel*>(data);
  const std::string name = kernel.definition->name;
  try {
    OpCall call(context);
    kernel.definition->compute(kernel.attributes, call);
  } catch (const BadCall& error) {
    fail(context, TF_INVALID_ARGUMENT, name + ": " + error.what() + ".");
  } catch (const std::bad_alloc&) {
    fail(context, TF_RESOURCE_EXHAUSTED, name + ": not enough memory.");
  } catch (const std::exception& error) {
    fail(context, TF_INTERNAL, name + ": " + error.what());
  }
}

void destroy(void* data) { delete static_cast<Kernel*>(data); }

template <int Index = 0>
void* (*creator(int index))(TF_OpKernelConstruction*) {
  if constexpr (Index < kMostOps)
    return index == Index ? createAt<Index> : creator<Index + 1>(index);
  else
    throw std::logic_error("more ops than there is room for");
}

}  // namespace

std::string describe(const Shape& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); i++) text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

OpCall::OpCall(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {
  for (int i = 0; i < TF_NumInputs(context); i++) {
    TF_Tensor* tensor = nullptr;
    TF_GetInput(context, i, &tensor, status_);
    if (TF_GetCode(status_) != TF_OK) throw std::runtime_error(TF_Message(status_));
    inputs_.push_back(tensor);
    Shape shape;
    for (int axis = 0; axis < TF_NumDims(tensor); axis++) shape.push_back(TF_Dim(tensor, axis));
    shapes_.push_back(shape);
  }
}

OpCall::~OpCall() {
  for (TF_Tensor* tensor : inputs_) TF_DeleteTensor(tensor);
  for (TF_Tensor* tensor : outputs_) TF_DeleteTensor(tensor);
  TF_DeleteStatus(status_);
}

void* OpCall::allocate(int index, const Shape& shape, TF_DataType type, std::size_t bytes) {
  for (const std::int64_t side : shape) bytes *= static_cast<std::size_t>(side);
  TF_Tensor* tensor = TF_AllocateOutput(context_, index, type, shape.data(), static_cast<int>(shape.size()), bytes, status_);
  if (!tensor || TF_GetCode(status_) != TF_OK) throw std::runtime_error(TF_Message(status_));
  outputs_.push_back(tensor);
  return TF_TensorData(tensor);
}

void registerOp(const OpDefinition& definition) {
  TF_OpDefinitionBuilder* builder = TF_NewOpDefinitionBuilder(definition.name);
  for (const char* input : definition.inputs) TF_OpDefinitionBuilderAddInput(builder, input);
  for (const char* output : definition.outputs) TF_OpDefinitionBuilderAddOutput(builder, output);
  for (const char* attribute : definition.attributes) TF_OpDefinitionBuilderAddAttr(builder, attribute);
  TF_OpDefinitionBuilderAddAttr(builder, "instruction_set: string = ''");
  TF_OpDefinitionBuilderSetShapeInferenceFunction(builder, definition.inferShapes);
  StatusOwner owner;
  TF_RegisterOpDefinition(builder, owner.status);
  if (!owner.isOk()) throw std::runtime_error(TF_Message(owner.status));
  const int index = definitionCount++;
  TF_KernelBuilder* kernel = TF_NewKernelBuilder(definition.name, "CPU", creator(index), compute, destroy);
  definitions[index] = &definition;
  TF_RegisterKernelBuilder(definition.name, kernel, owner.status);
  if (!owner.isOk()) throw std::runtime_error(TF_Message(owner.status));
}

Execution execution() { return {sharedWorkers(), threadScratch(), blocking()}; }

void requireDone(Outcome outcome) {
  if (outcome == Outcome::noMemory) throw std::bad_alloc();
  if (outcome == Outcome::noSuchTile) throw BadCall("there is no transform of that tile for this kernel");
}

}  // namespace transfusion
