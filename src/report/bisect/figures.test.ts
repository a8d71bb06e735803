import { expect, it } from 'vitest';
import { posteriorText, pText } from './figures.ts';

it.each([
  [1, 'over 99.99 %'],
  [0.99996, 'over 99.99 %'],
  [0.9999, '99.99 %'],
  [0.99987, '99.98 %'],
  [0.9987, '99.8 %'],
  [0.9921, '99.2 %'],
  [0.9499, '94.9 %'],
  [0.9, '90.0 %'],
  [0.614, '61 %'],
  [0.0974, '9.7 %'],
  [0.0972, '9.7 %'],
  [0.0041, '0.41 %'],
  [0.0001, '0.01 %'],
  [0.00004, 'below 0.01 %'],
  [0, '0 %'],
])('a posterior of %d is said to be %s', (share, text) => {
  expect(posteriorText(share)).toBe(text);
});

it.each([
  [1, 'p = 1'],
  [0.0312, 'p = 0.031'],
  [0.001, 'p = 0.001'],
  [2.14e-14, 'p = 2.1e-14'],
  [0, 'p < 1e-300'],
])('a p-value of %d is told as %s', (p, text) => {
  expect(pText(p)).toBe(text);
});
