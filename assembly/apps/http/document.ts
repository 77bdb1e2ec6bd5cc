// What a document's writer answers for each piece. A document is written piece by piece as the ring has room; some
// pieces are lists, one row at a time. Nothing is kept between pieces but their numbers, so a document is as long as it
// likes and what it tells of may change while it is being written.

export namespace Next {
  export const END: i32 = 0; // behind the last piece: nothing was written
  export const PIECE: i32 = 1; // the next piece follows
  export const ROW: i32 = 2; // the next row of this piece follows
}
