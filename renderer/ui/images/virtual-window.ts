/** Which rows of a long list are worth drawing. Pure. */
export interface WindowInput {
  count: number;
  columns: number;
  rowHeight: number;
  scrollTop: number;
  height: number;
  /** Rows drawn beyond each edge. */
  overscan: number;
}

export interface ListWindow {
  /** Items [from, to). */
  from: number;
  to: number;
  /** Pixels from the top of the list to the first drawn row, and of the whole list. */
  offset: number;
  totalHeight: number;
}

export function windowOf({ count, columns, rowHeight, scrollTop, height, overscan }: WindowInput): ListWindow {
  const perRow = Math.max(1, columns);
  const rows = Math.ceil(count / perRow);
  const first = Math.min(Math.max(0, Math.floor(scrollTop / rowHeight) - overscan), rows);
  const last = Math.min(rows, Math.ceil((scrollTop + height) / rowHeight) + overscan);
  return {
    from: Math.min(count, first * perRow),
    to: Math.min(count, Math.max(first, last) * perRow),
    offset: first * rowHeight,
    totalHeight: rows * rowHeight,
  };
}

/** Where an arrow key moves the selection in a grid; the same index where it cannot move. */
export function moveInGrid(index: number, key: string, { count, columns }: { count: number; columns: number }): number {
  const target =
    {
      ArrowRight: index + 1,
      ArrowLeft: index - 1,
      ArrowDown: index + columns,
      ArrowUp: index - columns,
      Home: 0,
      End: count - 1,
    }[key] ?? index;
  return target < 0 || target >= count ? index : target;
}
