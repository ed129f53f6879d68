// The Node-API addon: loading it makes its ops known to the TensorFlow that is already loaded, and tells what it found.
#include <node_api.h>

#include <exception>
#include <mutex>
#include <string>

#include "ops.h"
#include "processor.h"
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
  return exports;
}
