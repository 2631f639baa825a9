// Reading a six-digit code: the forms people type, and digits that are not digits.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sixDigits } from '#identity/six-digits.ts';

test('six digits in one or two groups, spaces around them, full-width ones too', () => {
  for (const typed of ['012345', '012 345', ' 012345', '012 345   ', '012-345', '０１２３４５', '０１２　３４５', '012\u00a0345']) assert.equal(sixDigits(typed), '012345', JSON.stringify(typed));
});

test('anything else is no code', () => {
  for (const typed of ['', '01234', '0123456', '01 2345', '012  345', '012--345', '012345\n', '\t012345', '01234a', '٠١٢٣٤٥', '①②③④⑤⑥', '-12345', '1e5000']) {
    assert.equal(sixDigits(typed), null, JSON.stringify(typed));
  }
});
