// Threads that share the work of an op. One pool for the process; several callers may use it at a time.
#pragma once
#include "convolution/convolution.h"

namespace transfusion {

// The pool's size: TF_NUM_INTRAOP_THREADS if set, as for TensorFlow's own ops, else the processors that this process may use.
int workerCount();

// Work shared by the pool's threads and the calling one.
Parallel sharedWorkers();

// The same interface on the calling thread alone.
Parallel singleWorker();

}  // namespace transfusion
