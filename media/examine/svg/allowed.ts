// What a drawing may hold (SVG 2): shapes, text, paint and filters. What is not named here is taken out: script, foreign content, animation, links, whatever a later version of the standard adds.

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

export const ELEMENTS = words(`
  svg g defs symbol use switch title desc style path rect circle ellipse line polyline polygon text tspan textPath image
  linearGradient radialGradient stop pattern clipPath mask marker filter
  feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR
  feGaussianBlur feMerge feMergeNode feMorphology feOffset feSpecularLighting feTile feTurbulence feDistantLight fePointLight feSpotLight`);

/** What stands in them is drawn as if they were not there. */
export const UNWRAPPED = words('a');

/** In these characters are drawn or read out; anywhere else they are nobody's. */
export const WITH_TEXT = words('text tspan textPath title desc style');

/** Nothing but characters stands in these. */
export const TEXT_ALONE = words('title desc style');

/** Elements that name another of the same drawing by `href`. */
export const NAMING = words('use linearGradient radialGradient pattern textPath');

/** Presentation attributes, which a style may hold as well. */
export const PROPERTIES = words(`
  alignment-baseline baseline-shift clip-path clip-rule color color-interpolation color-interpolation-filters color-rendering direction display dominant-baseline
  fill fill-opacity fill-rule filter flood-color flood-opacity font font-family font-feature-settings font-kerning font-size font-size-adjust font-stretch font-style font-variant font-variant-ligatures font-weight
  image-rendering isolation letter-spacing lighting-color line-height marker marker-end marker-mid marker-start mask mask-type mix-blend-mode opacity overflow paint-order
  shape-rendering stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width
  text-align text-anchor text-decoration text-orientation text-rendering text-transform transform transform-box transform-origin unicode-bidi vector-effect visibility white-space word-spacing writing-mode
  x y r rx ry cx cy width height`);

/** Attributes beside those, whose values are numbers, words and references within the drawing. */
export const ATTRIBUTES = words(`
  amplitude azimuth baseFrequency bias clipPathUnits d diffuseConstant divisor dx dy edgeMode elevation exponent filterUnits fr fx fy gradientTransform gradientUnits in in2 intercept
  k1 k2 k3 k4 kernelMatrix kernelUnitLength lengthAdjust limitingConeAngle markerHeight markerUnits markerWidth maskContentUnits maskUnits method mode numOctaves offset operator order orient
  pathLength patternContentUnits patternTransform patternUnits pointsAtX pointsAtY pointsAtZ points preserveAlpha preserveAspectRatio primitiveUnits radius refX refY requiredFeatures result rotate
  scale seed side slope spacing specularConstant specularExponent spreadMethod startOffset stdDeviation stitchTiles surfaceScale systemLanguage tableValues targetX targetY textLength type values version viewBox
  x1 x2 xChannelSelector y1 y2 yChannelSelector z zoomAndPan role aria-hidden aria-label aria-labelledby aria-describedby lang media`);

/** Of a function in a value: colours, transforms, shapes that clip, filters. `url` is judged by itself. */
export const FUNCTIONS = words(`
  rgb rgba hsl hsla hwb lab lch oklab oklch color matrix matrix3d translate translatex translatey translate3d scale scalex scaley scale3d rotate rotatex rotatey rotatez skew skewx skewy
  inset circle ellipse polygon blur brightness contrast drop-shadow grayscale hue-rotate invert opacity saturate sepia`);
