'use strict';
(function () {
  const main = document.querySelector('main');
  const blocks = Array.from(main.querySelectorAll('.block'));
  const show = document.getElementById('show');
  const order = document.getElementById('order');
  const number = function (block, name) { return Number(block.dataset[name]); };
  const orders = {
    near: function (a, b) { return number(a, 'near') - number(b, 'near'); },
    down: function (a, b) { return number(b, 'p') - number(a, 'p'); },
    up: function (a, b) { return number(a, 'p') - number(b, 'p'); },
  };
  const filters = {
    all: function () { return true; },
    doubtful: function (block) { return block.classList.contains('doubtful'); },
    kept: function (block) { return !block.classList.contains('boilerplate'); },
    boilerplate: function (block) { return block.classList.contains('boilerplate'); },
  };
  // Where each block stands on the page.
  const places = blocks.map(function (block) {
    const place = document.createComment('');
    block.before(place);
    return place;
  });
  function arrange() {
    const by = orders[order.value];
    // Sorting is stable: equals stay in the page's order.
    if (by) blocks.slice().sort(by).forEach(function (block) { main.append(block); });
    else blocks.forEach(function (block, at) { places[at].after(block); });
    blocks.forEach(function (block) { block.hidden = !filters[show.value](block); });
    main.querySelectorAll('.grid').forEach(function (table) {
      table.hidden = !table.querySelector('.block:not([hidden])');
    });
  }
  show.addEventListener('change', arrange);
  order.addEventListener('change', arrange);
  document.getElementById('controls').hidden = false;
  arrange();
})();
