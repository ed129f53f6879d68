/** A table with a cell of every kind, and with the signs that faces have to escape. */
import {
  count,
  difference,
  duration,
  estimate,
  list,
  missing,
  number,
  part,
  pValue,
  range,
  run,
  share,
  text,
} from '../../../shared/tables/cells.ts';
import type { Table } from '../../../shared/tables/table.ts';

export const everyCell: Table = {
  caption: 'Cells of every kind',
  notes: ['A note with a 17 in it, & 100 % of “odd” signs: <_|^~\\{}#$>.'],
  groupHead: 'group',
  columns: [
    { key: 'name', head: 'Name' },
    { key: 'value', head: 'Value', unit: 'of its kind', about: 'A sentence about values.', number: true },
    { key: 'more', head: 'More', stacked: true, number: true },
  ],
  groups: [
    {
      title: 'Numbers & words',
      rows: [
        { cells: [text('count_1'), count(12_345), count(7, 'Seven is few')] },
        { cells: [text('share'), share(0.1239), estimate({ value: 0.5, low: 0.25, high: 0.75 })] },
        { cells: [text('signed'), difference(-0.0461), range({ low: -0.011, high: 0.027 }, { signed: true })] },
        { cells: [text('p'), pValue(0.00004), pValue(0.035)] },
        {
          cells: [
            text('open'),
            range({ low: 0.31, high: null }, { form: 'ratio' }),
            number(2.5, 'ratio', { limit: '>' }),
          ],
        },
        { cells: [text('part'), part(2, 3), text('')] },
        { cells: [text('share'), share(0.5), part(1234, 5678, { share: true, bar: true })] },
        { cells: [text('nought'), difference(-0.00001), share(null, 'No number')], current: true },
      ],
    },
    {
      title: 'Other kinds',
      rows: [
        {
          cells: [
            text('time'),
            duration(605),
            list([count(120), number(600, 'count', { limit: '>', runId: 'r1' }), share(null, 'Never')]),
          ],
          children: [{ cells: [run('run-1', 'seed 3'), number(1536, 'bytes'), number(0.123, 'percent')] }],
        },
        {
          cells: [
            { kind: 'arm', armId: 'a', init: 'transfer(natural)', rest: 'CBR-Tiny, 500 images', slot: 1 },
            missing(null, 'computing'),
            estimate({ value: 0.25, low: null, high: null, why: 'One run only' }),
          ],
        },
      ],
    },
  ],
};
