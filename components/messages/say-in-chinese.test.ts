import { expect, test } from 'vitest';
import { SAYINGS, type SayingCode } from '../../engine/protocol/sayings.ts';
import { saidZhCN } from './said-zh-cn.ts';
import { sayInChinese } from './say-in-chinese.ts';

const blanksOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test('every sentence of the server has a Chinese one with the same blanks', () => {
  for (const code of Object.keys(SAYINGS) as SayingCode[])
    expect(blanksOf(saidZhCN[code]), code).toEqual(blanksOf(SAYINGS[code]));
});

test('sentences are said in Chinese, those within others too; the rest stays as it is', () => {
  expect(sayInChinese('queued again: waiting: live lag 3.2 s')).toBe('重新排队：等待：实时延迟 3.2 秒');
  expect(sayInChinese('waiting: 01:00')).toBe('等待：01:00');
  expect(sayInChinese('No day is chosen. Choose some.')).toBe('没有选择日期。请选择日期。');
  expect(
    sayInChinese(
      'No file of old.orders can hold events of these days. It has 2025-11-01 to 2025-11-30. Choose other days or another dataset.',
    ),
  ).toBe(
    'old.orders 中没有文件可能包含这些日期的事件。它包含 2025-11-01 至 2025-11-30。请选择其他日期或数据集。',
  );
  expect(sayInChinese('The estimate is not true any more: new: a.parquet. Look at the new estimate.')).toBe(
    '估算已过时：new: a.parquet。请查看新的估算。',
  );
  expect(sayInChinese('2026-11-01 failed: a.parquet, row group 3: damaged. Replace it.')).toBe(
    '2026-11-01 失败：a.parquet, row group 3: damaged. Replace it.',
  );
  expect(
    sayInChinese(
      "a.parquet, b.parquet can't be read any more: it is not there. Put it back, or retry with the files that are there.",
    ),
  ).toBe('a.parquet, b.parquet 已无法读取：文件不存在。请放回，或按现有文件重试。');
  expect(
    sayInChinese(
      'approve was refused: other figures of 2025-11-01 were published since they were compared. Compare again, then approve.',
    ),
  ).toBe('approve 被拒绝：对比之后已另行发布 2025-11-01 的数据。请重新对比后再批准。');
  expect(sayInChinese('The disk is full. Make room.')).toBe('The disk is full. Make room.');
  expect(sayInChinese('The disk is full. Try again.')).toBe('The disk is full。请重试。');
});

test('problems of files and of Kafka are said in Chinese, behind names and in lists, too', () => {
  expect(
    sayInChinese(
      'old/a.parquet: column "order_id" is missing; column "country" is TEXT, an array is needed. ' +
        "The file has the columns a, b. Rename or cast them to the order event's schema.",
    ),
  ).toBe(
    'old/a.parquet：缺少列“order_id”；column "country" is TEXT, an array is needed。' +
      '文件中的列有 a, b。请按订单事件的列改名或转换类型。',
  );
  expect(
    sayInChinese(
      'Orders can’t be read from Kafka: no Kafka broker answers at 10.0.0.1:9092, 10.0.0.2:9092 (Connection error: ' +
        'connect ECONNREFUSED 10.0.0.1:9092). Start one with "npm run kafka", or name yours with --brokers.',
    ),
  ).toBe(
    '无法从 Kafka 读取订单：10.0.0.1:9092, 10.0.0.2:9092 没有 Kafka broker 应答（Connection error: connect ' +
      'ECONNREFUSED 10.0.0.1:9092）。请用 npm run kafka 启动一个，或用 --brokers 指定。',
  );
  expect(
    sayInChinese('approve job 7: refused, Job 7 is running: approve is not possible. Possible: pause.'),
  ).toBe('批准任务 7：被拒绝，任务 7 running：不能执行 approve。可以：pause。');
});

test('a long text of many sentences that are none of its own takes no time', () => {
  const text = 'Something. '.repeat(200);
  expect(sayInChinese(text)).toBe(text);
});
