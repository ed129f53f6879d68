// Asks TensorFlow for the static shapes of the ops in a graph: each line of standard input is an op and the shapes of its inputs, such as
// "TransfusionConv2D ?,8,8,3 5,5,3,4" ("?": a side that is not known, "*": a shape of which nothing is). Prints a line for each: the shapes of
// its outputs, or "error: " and TensorFlow's message.
#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "instruction-sets.h"
#include "ops.h"
#include "tensorflow/c/c_api.h"

namespace {

TF_Output placeholder(TF_Graph* graph, int index, const std::string& text, bool isBytes, TF_Status* status) {
  TF_OperationDescription* node = TF_NewOperation(graph, "Placeholder", ("input" + std::to_string(index)).c_str());
  TF_SetAttrType(node, "dtype", isBytes ? TF_UINT8 : TF_FLOAT);
  std::vector<std::int64_t> sides;
  std::stringstream parts(text);
  for (std::string part; text != "*" && std::getline(parts, part, ',');) sides.push_back(part == "?" ? -1 : std::stoll(part));
  if (text == "*")
    TF_SetAttrShape(node, "shape", nullptr, -1);
  else
    TF_SetAttrShape(node, "shape", sides.data(), static_cast<int>(sides.size()));
  return {TF_FinishOperation(node, status), 0};
}

std::string shapeOf(TF_Graph* graph, TF_Output output, TF_Status* status) {
  const int rank = TF_GraphGetTensorNumDims(graph, output, status);
  if (rank < 0) return "*";
  std::vector<std::int64_t> sides(static_cast<std::size_t>(rank));
  TF_GraphGetTensorShape(graph, output, sides.data(), rank, status);
  std::string text;
  for (const std::int64_t side : sides) text += (text.empty() ? "" : ",") + (side < 0 ? std::string("?") : std::to_string(side));
  return text;
}

std::string answer(const std::string& line) {
  std::stringstream words(line);
  std::string op, word, result;
  words >> op;
  TF_Graph* graph = TF_NewGraph();
  TF_Status* status = TF_NewStatus();
  std::vector<TF_Output> inputs;
  for (int i = 0; words >> word; i++)
    inputs.push_back(placeholder(graph, i, word, op == "TransfusionNormReluPoolGradient" && i == 2, status));
  TF_OperationDescription* node = TF_NewOperation(graph, op.c_str(), "node");
  for (const TF_Output& input : inputs) TF_AddInput(node, input);
  if (op.find("Norm") != std::string::npos) TF_SetAttrFloat(node, "epsilon", 1e-3f);
  TF_Operation* operation = TF_FinishOperation(node, status);
  if (TF_GetCode(status) != TF_OK)
    result = std::string("error: ") + TF_Message(status);
  else
    for (int i = 0; i < TF_OperationNumOutputs(operation); i++) result += (i ? " " : "") + shapeOf(graph, {operation, i}, status);
  TF_DeleteStatus(status);
  TF_DeleteGraph(graph);
  return result;
}

}  // namespace

// Nothing is computed: an instruction set without passes saves compiling one.
namespace transfusion {
extern const InstructionSet plainSet{"plain", {}, {}};
}  // namespace transfusion

int main() {
  transfusion::registerConvolution();
  transfusion::registerNormalisation();
  for (std::string line; std::getline(std::cin, line);) {
    std::string result = answer(line);
    for (char& character : result)
      if (character == '\n') character = ' ';
    std::printf("%s\n", result.c_str());
  }
}
