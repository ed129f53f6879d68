// Complex discrete Fourier transforms of a fixed length, X[k] = sum_n x[n] exp(-2 pi i k n / N), fully unrolled, in place, one transform
// per vector lane. The inverse (times N) is the same transform with real and imaginary parts exchanged.
//
// Lengths with coprime factors use the prime-factor mapping (Good 1958, Thomas 1963), which needs no twiddle factors; the others
// Cooley and Tukey's (1965).
#pragma once
#include "vector.h"

namespace transfusion::TRANSFUSION_ISA {

// ---- cosine and sine of 2 pi k / n at compile time, by their series on (-pi, pi]
constexpr double kPi = 3.14159265358979323846264338327950288;
constexpr double turn(int k, int n) {
  const double angle = 2 * kPi * (k % n) / n;
  return angle > kPi ? angle - 2 * kPi : angle;
}
constexpr double cosine(int k, int n) {
  const double x = turn(k, n);
  double term = 1, sum = 1;
  for (int i = 1; i < 20; i++) sum += term *= -x * x / ((2 * i - 1) * (2 * i));
  return sum;
}
constexpr double sine(int k, int n) {
  const double x = turn(k, n);
  double term = x, sum = x;
  for (int i = 1; i < 20; i++) sum += term *= -x * x / ((2 * i) * (2 * i + 1));
  return sum;
}

template <int N>
struct Fourier;

template <int N1, int N2>
TRANSFUSION_INLINE void cooleyTukey(Vector* re, Vector* im) {
  constexpr int N = N1 * N2;
  Vector middleRe[N], middleIm[N];
  unroll<N1>(TRANSFUSION_EACH(n1) {
    Vector a[N2], b[N2];
    unroll<N2>(TRANSFUSION_EACH(n2) {
      a[n2] = re[n1 + N1 * n2];
      b[n2] = im[n1 + N1 * n2];
    });
    Fourier<N2>::run(a, b);
    unroll<N2>(TRANSFUSION_EACH(k) {
      constexpr int exponent = n1 * k;
      if constexpr (exponent == 0) {
        middleRe[n1 * N2 + k] = a[k];
        middleIm[n1 * N2 + k] = b[k];
      } else {
        constexpr float c = static_cast<float>(cosine(exponent, N)), s = static_cast<float>(sine(exponent, N));
        middleRe[n1 * N2 + k] = a[k] * c + b[k] * s;
        middleIm[n1 * N2 + k] = b[k] * c - a[k] * s;
      }
    });
  });
  unroll<N2>(TRANSFUSION_EACH(k) {
    Vector a[N1], b[N1];
    unroll<N1>(TRANSFUSION_EACH(n1) {
      a[n1] = middleRe[n1 * N2 + k];
      b[n1] = middleIm[n1 * N2 + k];
    });
    Fourier<N1>::run(a, b);
    unroll<N1>(TRANSFUSION_EACH(q) {
      re[k + N2 * q] = a[q];
      im[k + N2 * q] = b[q];
    });
  });
}

constexpr int inverseModulo(int a, int modulus) {
  for (int x = 1; x < modulus; x++)
    if (a * x % modulus == 1) return x;
  return 0;
}

// N1 and N2 coprime.
template <int N1, int N2>
TRANSFUSION_INLINE void primeFactor(Vector* re, Vector* im) {
  constexpr int N = N1 * N2;
  Vector middleRe[N], middleIm[N];
  unroll<N2>(TRANSFUSION_EACH(n2) {
    Vector a[N1], b[N1];
    unroll<N1>(TRANSFUSION_EACH(n1) {
      constexpr int n = (N2 * n1 + N1 * n2) % N;
      a[n1] = re[n];
      b[n1] = im[n];
    });
    Fourier<N1>::run(a, b);
    unroll<N1>(TRANSFUSION_EACH(k1) {
      middleRe[k1 * N2 + n2] = a[k1];
      middleIm[k1 * N2 + n2] = b[k1];
    });
  });
  unroll<N1>(TRANSFUSION_EACH(k1) {
    Vector a[N2], b[N2];
    unroll<N2>(TRANSFUSION_EACH(n2) {
      a[n2] = middleRe[k1 * N2 + n2];
      b[n2] = middleIm[k1 * N2 + n2];
    });
    Fourier<N2>::run(a, b);
    unroll<N2>(TRANSFUSION_EACH(k2) {
      constexpr int k = (N2 * inverseModulo(N2 % N1, N1) * k1 + N1 * inverseModulo(N1 % N2, N2) * k2) % N;
      re[k] = a[k2];
      im[k] = b[k2];
    });
  });
}

template <>
struct Fourier<2> {
  static TRANSFUSION_INLINE void run(Vector* re, Vector* im) {
    const Vector a = re[0], b = im[0];
    re[0] = a + re[1];
    im[0] = b + im[1];
    re[1] = a - re[1];
    im[1] = b - im[1];
  }
};
template <>
struct Fourier<3> {
  static TRANSFUSION_INLINE void run(Vector* re, Vector* im) {
    constexpr float half = 0.5f, s = static_cast<float>(sine(1, 3));
    const Vector sumRe = re[1] + re[2], sumIm = im[1] + im[2];
    const Vector differenceRe = (re[1] - re[2]) * s, differenceIm = (im[1] - im[2]) * s;
    const Vector middleRe = re[0] - sumRe * half, middleIm = im[0] - sumIm * half;
    re[0] += sumRe;
    im[0] += sumIm;
    re[1] = middleRe + differenceIm;
    im[1] = middleIm - differenceRe;
    re[2] = middleRe - differenceIm;
    im[2] = middleIm + differenceRe;
  }
};
template <>
struct Fourier<4> {
  static TRANSFUSION_INLINE void run(Vector* re, Vector* im) {
    const Vector aRe = re[0] + re[2], aIm = im[0] + im[2], bRe = re[0] - re[2], bIm = im[0] - im[2];
    const Vector cRe = re[1] + re[3], cIm = im[1] + im[3], dRe = re[1] - re[3], dIm = im[1] - im[3];
    re[0] = aRe + cRe;
    im[0] = aIm + cIm;
    re[1] = bRe + dIm;
    im[1] = bIm - dRe;
    re[2] = aRe - cRe;
    im[2] = aIm - cIm;
    re[3] = bRe - dIm;
    im[3] = bIm + dRe;
  }
};
template <>
struct Fourier<5> {
  static TRANSFUSION_INLINE void run(Vector* re, Vector* im) {
    constexpr float c1 = static_cast<float>(cosine(1, 5)), c2 = static_cast<float>(cosine(2, 5));
    constexpr float s1 = static_cast<float>(sine(1, 5)), s2 = static_cast<float>(sine(2, 5));
    const Vector sum1Re = re[1] + re[4], sum1Im = im[1] + im[4], sum2Re = re[2] + re[3], sum2Im = im[2] + im[3];
    const Vector odd1Re = re[1] - re[4], odd1Im = im[1] - im[4], odd2Re = re[2] - re[3], odd2Im = im[2] - im[3];
    const Vector even1Re = re[0] + sum1Re * c1 + sum2Re * c2, even1Im = im[0] + sum1Im * c1 + sum2Im * c2;
    const Vector even2Re = re[0] + sum1Re * c2 + sum2Re * c1, even2Im = im[0] + sum1Im * c2 + sum2Im * c1;
    const Vector aRe = odd1Re * s1 + odd2Re * s2, aIm = odd1Im * s1 + odd2Im * s2;
    const Vector bRe = odd1Re * s2 - odd2Re * s1, bIm = odd1Im * s2 - odd2Im * s1;
    re[0] += sum1Re + sum2Re;
    im[0] += sum1Im + sum2Im;
    re[1] = even1Re + aIm;
    im[1] = even1Im - aRe;
    re[2] = even2Re + bIm;
    im[2] = even2Im - bRe;
    re[3] = even2Re - bIm;
    im[3] = even2Im + bRe;
    re[4] = even1Re - aIm;
    im[4] = even1Im + aRe;
  }
};
template <>
struct Fourier<8> {
  static TRANSFUSION_INLINE void run(Vector* re, Vector* im) { cooleyTukey<2, 4>(re, im); }
};
template <>
struct Fourier<9> {
  static TRANSFUSION_INLINE void run(Vector* re, Vector* im) { cooleyTukey<3, 3>(re, im); }
};
template <>
struct Fourier<16> {
  static TRANSFUSION_INLINE void run(Vector* re, Vector* im) { cooleyTukey<4, 4>(re, im); }
};
template <>
struct Fourier<20> {
  static TRANSFUSION_INLINE void run(Vector* re, Vector* im) { primeFactor<4, 5>(re, im); }
};
template <>
struct Fourier<32> {
  static TRANSFUSION_INLINE void run(Vector* re, Vector* im) { cooleyTukey<4, 8>(re, im); }
};
template <>
struct Fourier<36> {
  static TRANSFUSION_INLINE void run(Vector* re, Vector* im) { primeFactor<4, 9>(re, im); }
};

}  // namespace transfusion::TRANSFUSION_ISA
