// Which side of the transform to take for a shape.
#pragma once
#include "convolution/convolution.h"

namespace transfusion {

// The side with the least estimated work; 0 where no transform holds the kernel. Depends on the shape alone.
int chooseTile(const Convolution& shape);

// The work of one pass with that side, in real multiply-adds, transforms included; 0 where there is no side.
double estimateWork(const Convolution& shape);

}  // namespace transfusion
