import { expect, it } from 'vitest';
import { parseArchiveBytes } from './observed-image.js';

/** From `docker history` 20.10.24 of our own image, shortened. */
const history = `0 /bin/sh -c #(nop)  LABEL io.spark-dev.recipe=bb7556d5abde
221470720 /bin/sh -c #(nop) COPY file:88297ed2a4fb6e59 in /opt/spark/spark.jsa 
0 /bin/sh -c #(nop)  ENTRYPOINT ["/opt/entrypoint.sh"]
`;

it('finds the layer of the class archive among those of an image', () => {
  expect(parseArchiveBytes(history)).toBe(221_470_720);
  expect(parseArchiveBytes(history.replace('spark.jsa', 'other'))).toBeUndefined();
});
