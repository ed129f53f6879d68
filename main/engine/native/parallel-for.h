// A parallel loop over a lambda.
#pragma once
#include "convolution/convolution.h"
#include "vector.h"

namespace transfusion::TRANSFUSION_ISA {

template <class Body>
TRANSFUSION_INLINE void parallelFor(const Parallel& parallel, int count, int grain, Body&& body) {
  struct Call {
    static void run(void* data, int begin, int end) { (*static_cast<Body*>(data))(begin, end); }
  };
  parallel.run(parallel.pool, count, grain, &Call::run, &body);
}

}  // namespace transfusion::TRANSFUSION_ISA
