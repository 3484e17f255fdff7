const A1 = 1.340264;
const A2 = -0.081106;
const A3 = 0.000893;
const A4 = 0.003796;
const M = Math.sqrt(3) / 2;
const DEGREE = Math.PI / 180;

/**
 * The Equal Earth projection (Šavrič, Patterson, Jenny 2018): areas compare rightly, so that a colour's weight on
 * the map is that of its country. Degrees to plane and back; north is up.
 */
export const equalEarth = {
  project([longitude, latitude]: readonly number[]): number[] {
    const theta = Math.asin(M * Math.sin((latitude ?? 0) * DEGREE));
    const t2 = theta * theta;
    const t6 = t2 * t2 * t2;
    const x =
      ((longitude ?? 0) * DEGREE * Math.cos(theta)) / (M * (A1 + 3 * A2 * t2 + t6 * (7 * A3 + 9 * A4 * t2)));
    const y = theta * (A1 + A2 * t2 + t6 * (A3 + A4 * t2));
    return [x / DEGREE, -y / DEGREE];
  },
  unproject([x, y]: readonly number[]): number[] {
    const target = -(y ?? 0) * DEGREE;
    let theta = target;
    for (let i = 0; i < 12; i++) {
      const t2 = theta * theta;
      const t6 = t2 * t2 * t2;
      const error = theta * (A1 + A2 * t2 + t6 * (A3 + A4 * t2)) - target;
      theta -= error / (A1 + 3 * A2 * t2 + t6 * (7 * A3 + 9 * A4 * t2));
    }
    const t2 = theta * theta;
    const t6 = t2 * t2 * t2;
    const longitude =
      (M * (x ?? 0) * DEGREE * (A1 + 3 * A2 * t2 + t6 * (7 * A3 + 9 * A4 * t2))) / Math.cos(theta);
    return [longitude / DEGREE, Math.asin(Math.sin(theta) / M) / DEGREE];
  },
};
