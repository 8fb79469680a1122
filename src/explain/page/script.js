'use strict';
(function () {
  const hide = document.getElementById('hide');
  hide.addEventListener('click', function () {
    hide.setAttribute('aria-pressed', String(document.body.classList.toggle('hide')));
  });
  document.querySelector('main').addEventListener('click', function (event) {
    const block = event.target.closest('.block');
    // Who reads reasons or selects text asks for nothing.
    if (!block || event.target.closest('.why') || !getSelection().isCollapsed) return;
    block.querySelector('.more').setAttribute('aria-expanded', String(block.classList.toggle('open')));
  });
})();
