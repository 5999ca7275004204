"""Predicts the rows of a table on Spark: spark-submit --files model.onnx,schema.json,recipe.json --py-files predictor.py
score_spark.py rows.parquet predicted.parquet

Needs pyspark, pandas, numpy and onnxruntime where Spark works. Every column is kept, the predictions stand behind them.
"""

import os
import sys


def folder():
    """Where Spark has put the files on this machine."""
    if os.path.exists("model.onnx"):
        return "."
    from pyspark import SparkFiles

    return SparkFiles.getRootDirectory()


def predict(chunks, where=None):
    """Chunks of rows as pandas data frames, each with the predictions behind its columns: what Spark's mapInPandas calls."""
    from predictor import Predictor

    predictor = Predictor(where or folder())
    for chunk in chunks:
        columns = {name: chunk[name].astype(object).where(chunk[name].notna(), None).tolist() for name in chunk}
        yield chunk.assign(**predictor.predict(columns))


def main(source, target):
    from predictor import Predictor
    from pyspark.sql import SparkSession
    from pyspark.sql.types import BooleanType, DoubleType, StringType, StructField, StructType

    spark = SparkSession.builder.getOrCreate()
    rows = spark.read.parquet(source)
    predictor = Predictor(folder())
    types = {"text": StringType(), "number": DoubleType(), "boolean": BooleanType()}
    added = [StructField(name, types[kind]) for name, kind in zip(predictor.names, predictor.kinds)]
    rows.mapInPandas(predict, StructType(list(rows.schema.fields) + added)).write.parquet(target)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
