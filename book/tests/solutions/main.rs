//! The solutions of the exercises, compiled and run.

#![allow(clippy::similar_names, reason = "x0 and x1 are the book's names")]

mod step01;
mod step02;
mod step03;
mod step04;
mod step05;
mod step06;
mod step07;
mod step08;
mod step09;
mod step10;
mod step11;
mod step12;
mod step13;
mod step14;
mod step15;
mod step16;
mod step17;
mod step18;
mod step19;
mod step20;
mod step21;
mod step22;
mod step24;
