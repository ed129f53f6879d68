// Two-dimensional Fourier transform of real tiles of T x T values, LANES tiles at a time (one per lane: channels of one image, or the
// channels of several tiles), and its inverse.
//
// Rows go two at a time as the real and imaginary part of one complex transform, and are told apart by symmetry. Of the T columns of
// the spectrum T/2 + 1 are kept, the rest being their conjugates. The first and the last of these are themselves conjugate-symmetric
// along the column, and are transformed together as one complex column. What remains are kFrequencies<T> complex numbers.
#pragma once
#include "convolution/fourier.h"

namespace transfusion::TRANSFUSION_ISA {

template <int T>
constexpr int kFrequencies = (T / 2 - 1) * T + 2 * (T / 2 + 1);

// Where a tile's values lie: element (row, column) begins at data + row * rowStride + column * columnStride.
struct TileView {
  float* data;
  std::ptrdiff_t rowStride, columnStride;
};
struct ConstTileView {
  const float* data;
  std::ptrdiff_t rowStride, columnStride;
};

template <int T>
struct TileTransform {
  static constexpr int kHalf = T / 2;
  // Intermediate columns: for each of kHalf columns (the first holds two real columns) T rows of real and imaginary vector.
  struct Columns {
    alignas(64) float values[kHalf * T * 2 * kLanes];
    TRANSFUSION_INLINE float* at(int column, int row) { return values + (column * T + row) * 2 * kLanes; }
  };

  // Rows 0 .. rows-1 of the tile are read over all T columns; the rows after them count as zero. Frequency f goes to
  // spectrum + f * stride, the real vector before the imaginary one.
  static __attribute__((noinline)) void forward(ConstTileView tile, int rows, float* spectrum, std::ptrdiff_t stride) {
    Columns columns;
    forwardRows(tile, rows, columns);
    for (int column = 1; column < kHalf; column++) {
      Vector re[T], im[T];
      loadColumn(columns.at(column, 0), re, im);
      Fourier<T>::run(re, im);
      float* to = spectrum + (column - 1) * T * stride;
      unroll<T>(TRANSFUSION_EACH(row) {
        store(to, re[row]);
        store(to + kLanes, im[row]);
        to += stride;
      });
    }
    Vector re[T], im[T];
    loadColumn(columns.at(0, 0), re, im);
    Fourier<T>::run(re, im);
    float* first = spectrum + (kHalf - 1) * T * stride;
    float* last = first + (kHalf + 1) * stride;
    storeComplex(first, re[0], zero());
    storeComplex(last, im[0], zero());
    unroll<kHalf - 1>(TRANSFUSION_EACH(index) {
      constexpr int k = index + 1;
      storeComplex(first + k * stride, (re[k] + re[T - k]) * 0.5f, (im[k] - im[T - k]) * 0.5f);
      storeComplex(last + k * stride, (im[k] + im[T - k]) * 0.5f, (re[T - k] - re[k]) * 0.5f);
    });
    storeComplex(first + kHalf * stride, re[kHalf], zero());
    storeComplex(last + kHalf * stride, im[kHalf], zero());
  }

  // The inverse times T * T, of which rows 0 .. rows-1 and columns 0 .. columnCount-1 are written.
  static __attribute__((noinline)) void inverse(const float* spectrum, std::ptrdiff_t stride, TileView tile, int rows, int columnCount) {
    Columns columns;
    for (int column = 1; column < kHalf; column++) {
      Vector re[T], im[T];
      const float* from = spectrum + (column - 1) * T * stride;
      unroll<T>(TRANSFUSION_EACH(row) {
        re[row] = load(from);
        im[row] = load(from + kLanes);
        from += stride;
      });
      Fourier<T>::run(im, re);
      storeColumn(columns.at(column, 0), re, im);
    }
    Vector re[T], im[T];
    const float* first = spectrum + (kHalf - 1) * T * stride;
    const float* last = first + (kHalf + 1) * stride;
    re[0] = load(first);
    im[0] = load(last);
    re[kHalf] = load(first + kHalf * stride);
    im[kHalf] = load(last + kHalf * stride);
    unroll<kHalf - 1>(TRANSFUSION_EACH(index) {
      constexpr int k = index + 1;
      joinPair(first + k * stride, last + k * stride, re[k], im[k], re[T - k], im[T - k]);
    });
    Fourier<T>::run(im, re);
    storeColumn(columns.at(0, 0), re, im);
    inverseRows(columns, tile, rows, columnCount);
  }

 private:
  static TRANSFUSION_INLINE void storeComplex(float* to, Vector re, Vector im) {
    store(to, re);
    store(to + kLanes, im);
  }

  static TRANSFUSION_INLINE void loadColumn(const float* from, Vector* re, Vector* im) {
    unroll<T>(TRANSFUSION_EACH(row) {
      re[row] = load(from + row * 2 * kLanes);
      im[row] = load(from + row * 2 * kLanes + kLanes);
    });
  }

  static TRANSFUSION_INLINE void storeColumn(float* to, const Vector* re, const Vector* im) {
    unroll<T>(TRANSFUSION_EACH(row) { storeComplex(to + row * 2 * kLanes, re[row], im[row]); });
  }

  // The spectra a and b of two real sequences as the spectrum a + i b of one complex sequence, at k and at T - k.
  static TRANSFUSION_INLINE void joinPair(const float* a, const float* b, Vector& re, Vector& im, Vector& mirrorRe, Vector& mirrorIm) {
    const Vector aRe = load(a), aIm = load(a + kLanes), bRe = load(b), bIm = load(b + kLanes);
    re = aRe - bIm;
    im = aIm + bRe;
    mirrorRe = aRe + bIm;
    mirrorIm = bRe - aIm;
  }

  static TRANSFUSION_INLINE void forwardRows(ConstTileView tile, int rows, Columns& columns) {
    int row = 0;
    for (; row < rows; row += 2) {
      Vector re[T], im[T];
      const float* upper = tile.data + row * tile.rowStride;
      if (row + 1 < rows) {
        const float* lower = upper + tile.rowStride;
        unroll<T>(TRANSFUSION_EACH(column) {
          re[column] = load(upper + column * tile.columnStride);
          im[column] = load(lower + column * tile.columnStride);
        });
      } else {
        unroll<T>(TRANSFUSION_EACH(column) {
          re[column] = load(upper + column * tile.columnStride);
          im[column] = zero();
        });
      }
      Fourier<T>::run(re, im);
      // Columns 0 and T/2 are real: together one complex column.
      storeComplex(columns.at(0, row), re[0], re[kHalf]);
      storeComplex(columns.at(0, row + 1), im[0], im[kHalf]);
      unroll<kHalf - 1>(TRANSFUSION_EACH(index) {
        constexpr int k = index + 1;
        storeComplex(columns.at(k, row), (re[k] + re[T - k]) * 0.5f, (im[k] - im[T - k]) * 0.5f);
        storeComplex(columns.at(k, row + 1), (im[k] + im[T - k]) * 0.5f, (re[T - k] - re[k]) * 0.5f);
      });
    }
    for (; row < T; row++)
      for (int column = 0; column < kHalf; column++) storeComplex(columns.at(column, row), zero(), zero());
  }

  static TRANSFUSION_INLINE void inverseRows(Columns& columns, TileView tile, int rows, int columnCount) {
    for (int row = 0; row < rows; row += 2) {
      Vector re[T], im[T];
      re[0] = load(columns.at(0, row));
      im[0] = load(columns.at(0, row + 1));
      re[kHalf] = load(columns.at(0, row) + kLanes);
      im[kHalf] = load(columns.at(0, row + 1) + kLanes);
      unroll<kHalf - 1>(TRANSFUSION_EACH(index) {
        constexpr int k = index + 1;
        joinPair(columns.at(k, row), columns.at(k, row + 1), re[k], im[k], re[T - k], im[T - k]);
      });
      Fourier<T>::run(im, re);
      float* upper = tile.data + row * tile.rowStride;
      storeRow(upper, tile.columnStride, re, columnCount);
      if (row + 1 < rows) storeRow(upper + tile.rowStride, tile.columnStride, im, columnCount);
    }
  }

  static TRANSFUSION_INLINE void storeRow(float* to, std::ptrdiff_t stride, const Vector* values, int count) {
    unroll<T>(TRANSFUSION_EACH(column) {
      if (column < count) store(to + column * stride, values[column]);
    });
  }
};

}  // namespace transfusion::TRANSFUSION_ISA
