// Memory that a thread keeps between calls.
#pragma once
#include "convolution/convolution.h"

namespace transfusion {

// The calling thread's memory: valid until the next call of `get` in the same thread, freed when the thread ends.
Scratch threadScratch();

}  // namespace transfusion
