import type { Feature, MultiPolygon, Polygon, Position } from 'geojson';

const WORLD = 360;

/** A ring whose longitudes go on past ±180° instead of jumping to the other side. */
function unwrap(ring: readonly Position[]): Position[] {
  let shift = 0;
  return ring.map(([longitude = 0, latitude = 0], i) => {
    const before = ring[i - 1]?.[0] ?? longitude;
    if (longitude - before > 180) shift -= WORLD;
    if (longitude - before < -180) shift += WORLD;
    return [longitude + shift, latitude];
  });
}

/** The part of a closed ring on one side of a meridian (Sutherland and Hodgman 1974), empty where there is none. */
function clip(ring: readonly Position[], meridian: number, side: 'east' | 'west'): Position[] {
  const inside = (x: number) => (side === 'east' ? x >= meridian : x <= meridian);
  const out: Position[] = [];
  for (let i = 0; i + 1 < ring.length; i++) {
    const [x1 = 0, y1 = 0] = ring[i] ?? [];
    const [x2 = 0, y2 = 0] = ring[i + 1] ?? [];
    if (inside(x1)) out.push([x1, y1]);
    if (inside(x1) !== inside(x2)) out.push([meridian, y1 + ((y2 - y1) * (meridian - x1)) / (x2 - x1)]);
  }
  const first = out[0];
  return first && out.length >= 3 ? [...out, first] : [];
}

/** A ring as rings that lie within −180° … 180° each. */
export function cutRing(ring: readonly Position[]): Position[][] {
  const whole = unwrap(ring);
  const pieces: Position[][] = [];
  for (const shift of [-WORLD, 0, WORLD]) {
    const moved = whole.map(([x = 0, y = 0]) => [x + shift, y]);
    const piece = clip(clip(moved, -180, 'east'), 180, 'west');
    if (piece.length > 0) pieces.push(piece);
  }
  return pieces;
}

/**
 * The atlas's rings run across the antimeridian, as a globe wants them; on a plane they would draw bands from
 * edge to edge. Cuts them there. Only for countries without holes across the antimeridian and without a pole.
 */
export function cutAntimeridian(country: Feature<Polygon | MultiPolygon>): Feature<MultiPolygon> {
  const { geometry } = country;
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
  const coordinates = polygons.flatMap(([outer = [], ...holes]) => {
    const jumps = outer.some(([x = 0], i) => Math.abs(x - (outer[i - 1]?.[0] ?? x)) > 180);
    return jumps ? cutRing(outer).map((ring) => [ring]) : [[outer, ...holes]];
  });
  return { ...country, geometry: { type: 'MultiPolygon', coordinates } };
}
