/* A CONSULTA of a few lines that draws its results as one widget toolkit or another does; `dibujo` says which. */
const COLUMNAS = ['Radicado', 'Fecha', 'Causal', 'Observaciones'];
const cuerpo = document.getElementById('resultados');
const cada = (filas, f) => filas.map(f).join('');

const PAGINAS = {
  // ExtJS 3: the button is a table, whose class says that it is off.
  tabla_apagada: fin => `<table class="x-btn ${fin ? 'x-item-disabled' : ''}"><tr><td><em><button type="button" data-sigue class="x-tbar-page-next" title="Página siguiente">&nbsp;</button></em></td></tr></table>`,
  // DataTables, Bootstrap.
  li_apagado: fin => `<ul><li class="page-item disabled"><a href="#">Anterior</a></li><li class="page-item ${fin ? 'disabled' : ''}"><a href="#" data-sigue>Siguiente</a></li></ul>`,
  // Dijit.
  clase_pegada: fin => `<span class="dijit dijitButton ${fin ? 'dijitButtonDisabled' : ''}"><span><span role="button" style="cursor:pointer" data-sigue>Siguiente</span></span></span>`,
  // UI5, Kendo; a tip tells the name of what the mouse rests on, as that of Ext JS does.
  aria: fin => `<div aria-disabled="${fin}"><span><a href="#" data-sigue aria-label="Página siguiente"><i style="display:inline-block;width:16px;height:16px"></i></a></span></div><div style="position:absolute" role="tooltip">Página siguiente</div>`,
  // The grid of Dojox: how many come on a page stands in numbers before those of the pages, and what is off ends in Disable.
  dos_series: (fin, pagina, paginas) => { const serie = (todos, aqui, nombre) => cada(todos, n => `<span style="cursor:pointer" data-${nombre}="${n}" class="${n === aqui ? 'current' : ''}">${n}</span> `);
    return `<table><tr><td>${serie([10, 25, 50], 10, 'tamano')}</td><td>${serie([...Array(paginas).keys()].map(n => n + 1), pagina, 'pagina')}</td><td><div class="next${fin ? 'Disable' : ''}" style="cursor:pointer" data-sigue title="Página siguiente"><span>&gt;</span></div></td></tr></table>`; },
  // The paging toolbar of Ext JS, whose words stand under the names of the columns also where no row does.
  barra: (fin, pagina, paginas) => `<div style="position:relative;height:26px"><span style="position:absolute;left:2px">Página</span><input value="${pagina}" style="position:absolute;left:70px;width:30px"><span style="position:absolute;left:210px">de ${paginas}</span><a href="#" data-sigue aria-disabled="${fin}" aria-label="Página siguiente" style="position:absolute;left:300px"><i style="display:inline-block;width:16px;height:16px"></i></a><span style="position:absolute;left:620px">${paginas ? '' : 'No se encontraron registros.'}</span></div>`,
  // One that never says that it is off.
  siempre: () => `<a href="#" data-sigue>Siguiente</a>`,
  ninguna: () => '',
};

const DIBUJOS = {
  divs_y_filas: filas => `<div class="x-grid"><div class="x-header-ct">${cada(COLUMNAS, c => `<div class="x-col" style="display:inline-block;width:200px"><div class="x-inner"><span>${c}</span><div>&nbsp;</div></div></div>`)}</div>
    <div class="x-view"><table style="table-layout:fixed;border-spacing:0"><tr class="x-grid-header-row">${cada(COLUMNAS, () => '<th style="width:200px;height:0"></th>')}</tr>${cada(filas, f => `<tr>${cada(f, t => `<td><div>${t}</div></td>`)}</tr>`)}</table></div></div>`,
  fila_con_tabla: filas => { const fila = (celdas, c, papel) => `<div role="row"><table role="presentation"><tr>${cada(celdas, t => `<${c} role="${papel}" style="width:200px"><div>${t}</div></${c}>`)}</tr></table></div>`;
    return `<div role="grid"><div class="head">${fila(COLUMNAS, 'th', 'columnheader')}</div><div class="body">${cada(filas, f => fila(f, 'td', 'gridcell'))}</div></div>`; },
  encabezado_aparte: filas => `<div class="dt"><div style="overflow:hidden"><table><thead><tr>${cada(COLUMNAS, c => `<th style="width:200px">${c}</th>`)}</tr></thead></table></div>
    <div style="overflow:auto;max-height:300px"><table><thead><tr style="height:0">${cada(COLUMNAS, c => `<th style="width:200px;height:0;padding:0"><div style="height:0;overflow:hidden">${c}</div></th>`)}</tr></thead>
    <tbody>${cada(filas, f => `<tr>${cada(f, t => `<td>${t}</td>`)}</tr>`)}</tbody></table></div></div>`,
  lineas_de_divs: filas => `<div class="slick"><div>${cada(COLUMNAS, (c, n) => `<div style="display:inline-block;width:200px"><span>${c}</span></div>`)}</div>
    <div style="position:relative;height:${filas.length * 25}px">${cada(filas, (f, n) => `<div style="position:absolute;top:${n * 25}px">${cada(f, (t, m) => `<div style="position:absolute;left:${m * 204}px;width:198px;height:24px;overflow:hidden">${t}</div>`)}</div>`)}</div></div>`,
};

/* The grid of Vaadin: its rows are its own, and show in each cell what stands in the page. */
customElements.define('x-rejilla', class extends HTMLElement {
  connectedCallback() {
    const fila = (n, c, papel) => `<tr role="row">${cada(COLUMNAS, (_, m) => `<${c} role="${papel}" style="width:200px"><slot name="c${n}-${m}"></slot></${c}>`)}</tr>`;
    const filas = [...Array(Number(this.dataset.filas)).keys()];
    this.attachShadow({mode: 'open'}).innerHTML = `<table role="treegrid"><thead>${fila(0, 'th', 'columnheader')}</thead><tbody>${cada(filas, n => fila(n + 1, 'td', 'gridcell'))}</tbody></table>`;
  }
});
DIBUJOS.ranuras = filas => `<x-rejilla data-filas="${filas.length}">${cada([COLUMNAS, ...filas], (f, n) => cada(f, (t, m) => `<x-celda slot="c${n}-${m}">${t}</x-celda>`))}</x-rejilla>`;

/* Only what fits is in the page, as SlickGrid, ag-Grid or ExtJS with a buffer do. */
function virtual(filas) {
  cuerpo.innerHTML = `<div role="grid"><div role="row">${cada(COLUMNAS, c => `<div role="columnheader" style="display:inline-block;width:200px">${c}</div>`)}</div>
    <div id="marco" style="height:200px;overflow:auto"><div id="lienzo" style="position:relative;height:${filas.length * 25}px"></div></div></div>`;
  const marco = document.getElementById('marco'), lienzo = document.getElementById('lienzo');
  const pintar = () => {
    const desde = Math.floor(marco.scrollTop / 25);
    lienzo.innerHTML = cada(filas.slice(desde, desde + 9), (f, n) => `<div role="row" style="position:absolute;top:${(desde + n) * 25}px;height:25px">${cada(f, t => `<div role="gridcell" style="display:inline-block;width:200px">${t}</div>`)}</div>`);
  };
  marco.onscroll = () => setTimeout(pintar, 30);
  pintar();
}

async function mostrar(pagina) {
  const {filas, paginas} = await (await fetch(`/filas?pagina=${pagina}&` + new URLSearchParams({suscriptor: document.getElementById('sus').value}))).json();
  if (!filas.length && pie !== 'barra') { cuerpo.innerHTML = '<p>No se encontraron registros.</p>'; return; }
  if (dibujo === 'virtual') { virtual(filas); return; }
  cuerpo.innerHTML = DIBUJOS[dibujo](filas) + PAGINAS[pie](pagina >= paginas, pagina, paginas);
  const sigue = cuerpo.querySelector('[data-sigue]');
  if (sigue) sigue.onclick = event => { event.preventDefault(); if (pagina < paginas) mostrar(pagina + 1); else if (pie === 'siempre') mostrar(pagina); };
  cuerpo.querySelectorAll('[data-pagina]').forEach(uno => { uno.onclick = () => mostrar(Number(uno.dataset.pagina)); });
  cuerpo.querySelectorAll('tr, [role=row]').forEach(fila => { fila.ondblclick = () => { document.body.innerHTML = `<h1>${fila.innerText.trim().split(/\s/)[0]}</h1><button>Imprimir</button>`; }; });
}
document.getElementById('buscar').onclick = () => mostrar(1);
