// The ops that this addon adds to TensorFlow.
#pragma once

namespace transfusion {

void registerConvolution();
void registerNormalisation();

}  // namespace transfusion
