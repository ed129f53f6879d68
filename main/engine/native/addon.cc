// The Node-API addon: loading it makes its ops known to the TensorFlow that is already loaded, and tells what it found.
#include <node_api.h>

#include <exception>
#include <mutex>
#include <string>

#include "ops.h"
#include "processor.h"
#include "convolution/tile-choice.h"
#include "workers.h"

namespace {

void setText(napi_env env, napi_value object, const char* name, const std::string& text) {
  napi_value value;
  if (napi_create_string_utf8(env, text.data(), text.size(), &value) == napi_ok) napi_set_named_property(env, object, name, value);
}

void setNumber(napi_env env, napi_value object, const char* name, double number) {
  napi_value value;
  if (napi_create_double(env, number, &value) == napi_ok) napi_set_named_property(env, object, name, value);
}

// convolutionWork(batch, height, width, inputs, outputs, side): see tile-choice.h.
napi_value convolutionWork(napi_env env, napi_callback_info info) {
  constexpr std::size_t kCount = 6;
  std::size_t count = kCount;
  napi_value arguments[kCount];
  std::int32_t values[kCount] = {};
  bool isGood = napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr) == napi_ok && count == kCount;
  for (std::size_t i = 0; isGood && i < kCount; i++) isGood = napi_get_value_int32(env, arguments[i], &values[i]) == napi_ok && values[i] >= 0;
  if (!isGood) {
    napi_throw_type_error(env, nullptr, "convolutionWork: expected six whole numbers (batch, height, width, inputs, outputs, side)");
    return nullptr;
  }
  const transfusion::Convolution shape{values[0], values[1], values[2], values[3], values[4], values[5]};
  napi_value result = nullptr;
  napi_create_double(env, transfusion::estimateWork(shape), &result);
  return result;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  // Every JavaScript thread loads the addon; the ops belong to the process.
  static std::once_flag once;
  try {
    std::call_once(once, [] {
      transfusion::registerConvolution();
      transfusion::registerNormalisation();
    });
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
    return exports;
  }
  setText(env, exports, "instructionSet", transfusion::chosenSet().name);
  setText(env, exports, "supportedSets", transfusion::supportedSets());
  setNumber(env, exports, "secondCacheBytes", static_cast<double>(transfusion::caches().second));
  setNumber(env, exports, "thirdCacheBytes", static_cast<double>(transfusion::caches().third));
  setNumber(env, exports, "threads", transfusion::workerCount());
  napi_value function = nullptr;
  if (napi_create_function(env, "convolutionWork", NAPI_AUTO_LENGTH, convolutionWork, nullptr, &function) == napi_ok)
    napi_set_named_property(env, exports, "convolutionWork", function);
  return exports;
}
