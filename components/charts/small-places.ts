import type { Feature, Polygon } from 'geojson';

/** Numeric ISO 3166-1 code, longitude, latitude: places of trade that the atlas has no shape for at its scale. */
const PLACES = [
  ['702', 103.8, 1.35], // Singapore
  ['344', 114.2, 22.3], // Hong Kong
  ['048', 50.55, 26.05], // Bahrain
  ['470', 14.4, 35.9], // Malta
  ['480', 57.55, -20.3], // Mauritius
  ['462', 73.5, 4.2], // Maldives
] as const;

const RADIUS_DEGREES = 2.2;
const CORNERS = 16;

/** Round markers in the form of the atlas's countries, shaded and pointed at as those are. */
export function smallPlaces(): Feature<Polygon, { readonly name: string }>[] {
  return PLACES.map(([name, longitude, latitude]) => {
    const ring = Array.from({ length: CORNERS + 1 }, (_, i) => {
      const angle = ((i % CORNERS) / CORNERS) * 2 * Math.PI;
      // Meridians draw together towards the poles: wider in degrees to be round on the map.
      const stretch = 1 / Math.cos((latitude * Math.PI) / 180);
      return [
        longitude + RADIUS_DEGREES * stretch * Math.cos(angle),
        latitude + RADIUS_DEGREES * Math.sin(angle),
      ];
    });
    return { type: 'Feature', properties: { name }, geometry: { type: 'Polygon', coordinates: [ring] } };
  });
}
