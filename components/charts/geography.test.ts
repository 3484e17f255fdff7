import fc from 'fast-check';
import type { FeatureCollection, MultiPolygon, Polygon } from 'geojson';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import { expect, test } from 'vitest';
import atlas from 'world-atlas/countries-110m.json';
import { countryCodes, countryNumericCode } from './country-codes.ts';
import { cutAntimeridian } from './cut-antimeridian.ts';
import { equalEarth } from './equal-earth.ts';
import { smallPlaces } from './small-places.ts';

const topology = atlas as unknown as Topology<{ countries: GeometryCollection }>;
const world = feature(topology, topology.objects.countries) as FeatureCollection<Polygon | MultiPolygon>;

test('codes are those of ISO 3166-1: all of them, each numeric code once', () => {
  expect(countryCodes()).toHaveLength(249);
  expect(new Set(countryCodes().map(countryNumericCode)).size).toBe(249);
  expect(['CN', 'US', 'GB', 'DE', 'BR', 'AU', 'AF', 'sg'].map(countryNumericCode)).toEqual([
    '156',
    '840',
    '826',
    '276',
    '076',
    '036',
    '004',
    '702',
  ]);
  expect(['XX', '', 'Unspecified'].map(countryNumericCode)).toEqual([null, null, null]);
});

test('every country of the atlas that has a code is one of the table, under the name it has there', () => {
  const alpha2Of = new Map(countryCodes().map((code) => [countryNumericCode(code), code]));
  const names = new Intl.DisplayNames(['en'], { type: 'region' });
  const coded = world.features.filter(({ id }) => id !== undefined);
  expect(coded.length).toBeGreaterThan(170);
  for (const { id } of coded) expect(alpha2Of.has(String(id)), String(id)).toBe(true);
  const same = coded.filter(
    ({ id, properties }) => names.of(alpha2Of.get(String(id)) ?? 'ZZ') === properties?.name,
  );
  // The rest are abbreviations such as `Dem. Rep. Congo`.
  expect(same.length).toBeGreaterThan(135);
});

test('places that the atlas is too coarse for have a marker, and only those', () => {
  const drawn = new Set(world.features.map(({ id }) => String(id)));
  const alpha2Of = new Map(countryCodes().map((code) => [countryNumericCode(code), code]));
  const marked = smallPlaces().map(({ properties }) => properties.name);
  expect(marked.filter((id) => drawn.has(id))).toEqual([]);
  expect(marked.map((id) => alpha2Of.get(id))).toEqual(['SG', 'HK', 'BH', 'MT', 'MU', 'MV']);
});

test('no border runs from one edge of the map to the other', () => {
  for (const country of world.features.filter(({ id }) => id !== '010')) {
    for (const ring of cutAntimeridian(country).geometry.coordinates.flat()) {
      ring.forEach(([x = 0], i) => {
        expect(Math.abs(x)).toBeLessThanOrEqual(180);
        expect(Math.abs(x - (ring[i - 1]?.[0] ?? x)), country.properties?.name).toBeLessThan(180);
      });
    }
  }
});

test('a country across the antimeridian becomes two parts of the same area', () => {
  const square: Polygon = {
    type: 'Polygon',
    coordinates: [
      [
        [170, 0],
        [-170, 0],
        [-170, 10],
        [170, 10],
        [170, 0],
      ],
    ],
  };
  const cut = cutAntimeridian({ type: 'Feature', properties: {}, geometry: square }).geometry.coordinates;
  const spans = cut.map(([ring = []]) => [
    Math.min(...ring.map((p) => p[0] ?? 0)),
    Math.max(...ring.map((p) => p[0] ?? 0)),
  ]);
  expect(spans.sort(([a = 0], [b = 0]) => a - b)).toEqual([
    [-180, -170],
    [170, 180],
  ]);
});

test('the projection leads back to where it came from, north up', () => {
  const longitude = fc.double({ min: -180, max: 180, noNaN: true });
  const latitude = fc.double({ min: -89, max: 89, noNaN: true });
  fc.assert(
    fc.property(longitude, latitude, (x, y) => {
      const [backX = Number.NaN, backY = Number.NaN] = equalEarth.unproject(equalEarth.project([x, y]));
      expect(backX).toBeCloseTo(x, 5);
      expect(backY).toBeCloseTo(y, 5);
    }),
  );
  expect(equalEarth.project([0, 40])[1]).toBeLessThan(0);
});

test('equal areas on the globe are equal areas on the map', () => {
  const area = (latitude: number) => {
    const step = 0.5;
    const [x1 = 0, y1 = 0] = equalEarth.project([0, latitude]);
    const [x2 = 0] = equalEarth.project([step, latitude]);
    const [, y2 = 0] = equalEarth.project([0, latitude + step]);
    const globe = step * step * Math.cos(((latitude + step / 2) * Math.PI) / 180);
    return Math.abs((x2 - x1) * (y2 - y1)) / globe;
  };
  for (const latitude of [20, 40, 60, 75]) expect(area(latitude) / area(0)).toBeCloseTo(1, 1);
});
