// What the kernels have to compute, as direct sums in double precision, and numbers to compute it on.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "convolution/convolution.h"
#include "normalisation/normalisation.h"

namespace transfusion {

// A linear congruential generator: the same numbers everywhere.
struct Random {
  std::uint64_t state;
  double uniform() {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state >> 11) / static_cast<double>(std::uint64_t{1} << 53) - 0.5;
  }
  std::vector<float> values(std::size_t count) {
    std::vector<float> result(count);
    for (float& value : result) value = static_cast<float>(uniform());
    return result;
  }
};

using Floats = std::vector<float>;
using Doubles = std::vector<double>;

// Direct sums: y, dx and dkernel of one convolution, for a given dy.
struct Direct {
  Doubles y, dx, dkernel;
  Direct(const Convolution& c, const std::vector<float>& x, const std::vector<float>& kernel, const std::vector<float>& dy)
      : y(dy.size()), dx(x.size()), dkernel(kernel.size()) {
    const int k = c.kernel, half = k / 2;
    for (int b = 0; b < c.batch; b++)
      for (int i = 0; i < c.height; i++)
        for (int j = 0; j < c.width; j++)
          for (int u = 0; u < k; u++)
            for (int v = 0; v < k; v++) {
              const int h = i + u - half, w = j + v - half;
              if (h < 0 || w < 0 || h >= c.height || w >= c.width) continue;
              const std::size_t out = ((static_cast<std::size_t>(b) * c.height + i) * c.width + j) * c.outputs;
              const std::size_t in = ((static_cast<std::size_t>(b) * c.height + h) * c.width + w) * c.inputs;
              for (int p = 0; p < c.inputs; p++)
                for (int q = 0; q < c.outputs; q++) {
                  const std::size_t tap = (static_cast<std::size_t>(u * k + v) * c.inputs + p) * c.outputs + q;
                  y[out + q] += static_cast<double>(x[in + p]) * kernel[tap];
                  dx[in + p] += static_cast<double>(dy[out + q]) * kernel[tap];
                  dkernel[tap] += static_cast<double>(x[in + p]) * dy[out + q];
                }
            }
  }
};

// Batch norm and what follows it in double, one channel at a time, and the gradients by the formulas of the batch norm paper. `residual` is
// the other branch where there is an addition, and empty elsewhere.
struct DirectNormalisation {
  Doubles out, dx, dgamma, dbeta, dresidual;
  DirectNormalisation(const Normalisation& n, const std::vector<float>& x, const std::vector<float>& gamma, const std::vector<float>& beta,
                      const std::vector<float>& residual, const std::vector<float>& dout)
      : out(dout.size()), dx(x.size()), dgamma(gamma.size()), dbeta(beta.size()), dresidual(residual.size()) {
    for (int c = 0; c < n.channels; c++) channel(n, c, x, gamma[c], beta[c], residual, dout);
  }

 private:
  void channel(const Normalisation& n, int c, const std::vector<float>& x, double gamma, double beta, const std::vector<float>& residual,
               const std::vector<float>& dout) {
    const std::size_t pixels = static_cast<std::size_t>(n.batch) * n.height * n.width, C = n.channels;
    double mean = 0, variance = 0;
    for (std::size_t i = 0; i < pixels; i++) mean += x[i * C + c] / static_cast<double>(pixels);
    for (std::size_t i = 0; i < pixels; i++) variance += std::pow(x[i * C + c] - mean, 2) / static_cast<double>(pixels);
    const double root = 1 / std::sqrt(variance + static_cast<double>(n.epsilon));
    Doubles gradient(pixels);
    const auto padding = [&](int side) { return n.pools ? std::max(((side + 1) / 2 - 1) * 2 + 3 - side, 0) / 2 : 0; };
    const int size = n.pools ? 3 : 1, stride = n.pools ? 2 : 1;
    for (int b = 0; b < n.batch; b++)
      for (int i = 0; i < n.outHeight(); i++)
        for (int j = 0; j < n.outWidth(); j++) {
          double best = n.rectifies ? 0 : -std::numeric_limits<double>::infinity();
          std::size_t winner = pixels;
          for (int u = 0; u < size; u++)
            for (int v = 0; v < size; v++) {
              const int h = i * stride - padding(n.height) + u, w = j * stride - padding(n.width) + v;
              if (h < 0 || w < 0 || h >= n.height || w >= n.width) continue;
              const std::size_t pixel = (static_cast<std::size_t>(b) * n.height + h) * n.width + w;
              double value = (x[pixel * C + c] - mean) * root * gamma + beta;
              if (!residual.empty()) value += residual[pixel * C + c];
              if (value <= best) continue;
              best = value;
              winner = pixel;
            }
          const std::size_t place = ((static_cast<std::size_t>(b) * n.outHeight() + i) * n.outWidth() + j) * C + c;
          out[place] = best;
          if (winner < pixels) gradient[winner] += dout[place];
        }
    for (std::size_t i = 0; i < pixels; i++) {
      dbeta[c] += gradient[i];
      dgamma[c] += gradient[i] * (x[i * C + c] - mean) * root;
      if (!residual.empty()) dresidual[i * C + c] = gradient[i];
    }
    for (std::size_t i = 0; i < pixels; i++) {
      const double xhat = (x[i * C + c] - mean) * root;
      dx[i * C + c] = gamma * root * (gradient[i] - (dbeta[c] + xhat * dgamma[c]) / static_cast<double>(pixels));
    }
  }
};

}  // namespace transfusion
