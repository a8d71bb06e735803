/**
 * What a page can do beyond being read: tables sorted by their headers, tests found by name, commands copied. Nothing is shown
 * that does not work without it.
 */
export const script = `
'use strict';
for (const table of document.querySelectorAll('table.sortable')) {
  const body = table.tBodies[0];
  const status = document.createElement('p');
  status.className = 'skip';
  status.setAttribute('role', 'status');
  table.before(status);
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, index) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') === 'ascending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const key = (row) => row.cells[index].dataset.key ?? row.cells[index].textContent.trim();
      const order = new Intl.Collator(undefined, { numeric: true }).compare;
      const compare = (a, b) => {
        const [x, y] = [key(a), key(b)];
        return x !== '' && y !== '' && !isNaN(x) && !isNaN(y) ? x - y : order(x, y);
      };
      const rows = [...body.rows].sort(compare);
      body.append(...(down ? rows.reverse() : rows));
      status.textContent = 'sorted by ' + button.textContent + (down ? ', descending' : ', ascending');
    });
  });
}
for (const table of document.querySelectorAll('table[data-filter]')) {
  const label = document.createElement('label');
  label.className = 'filter';
  const input = document.createElement('input');
  input.type = 'search';
  label.append(table.dataset.filter, input);
  table.before(label);
  input.addEventListener('input', () => {
    const wanted = input.value.toLowerCase();
    for (const row of table.tBodies[0].rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
}
if (navigator.clipboard) {
  for (const line of document.querySelectorAll('.command')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Copy';
    button.setAttribute('aria-label', 'Copy the command');
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(line.querySelector('code').textContent);
      button.textContent = 'Copied';
      setTimeout(() => { button.textContent = 'Copy'; }, 1500);
    });
    line.append(button);
  }
}
`;
