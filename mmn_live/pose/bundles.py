"""`.task` bundles, the form in which MediaPipe's tasks take their models: uncompressed zips of two model files each.

They are made in memory from the checked files at every start (0.2 s), so that no bundle can be stale or damaged.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any


def pose_bundle(detector: bytes, landmarks: bytes) -> bytes:
    """Bundle of the pose task, from pose_detection.tflite and pose_landmark_full.tflite."""
    described = _with_image_metadata(landmarks)
    return _zip({"pose_detector.tflite": detector, "pose_landmarks_detector.tflite": described})


def hand_bundle(detector: bytes, landmarks: bytes) -> bytes:
    """Bundle of the hand task, from palm_detection_full.tflite and hand_landmark_full.tflite."""
    return _zip({"hand_detector.tflite": detector, "hand_landmarks_detector.tflite": landmarks})


def _zip(entries: dict[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as bundle:
        for name, content in entries.items():
            bundle.writestr(zipfile.ZipInfo(name), content)
    return archive.getvalue()


def _with_image_metadata(model: bytes) -> bytes:
    """The model with TFLite metadata that describes its input, without which the task refuses pose_landmark_full."""
    import flatbuffers
    import numpy as np
    from mediapipe.tasks.metadata import schema_py_generated as schema

    described: Any = schema.ModelT.InitFromPackedBuf(model, 0)
    buffer: Any = schema.BufferT()
    buffer.data = np.frombuffer(_image_metadata(), np.uint8)
    entry = schema.MetadataT()
    entry.name, entry.buffer = "TFLITE_METADATA", len(described.buffers)
    described.buffers.append(buffer)
    described.metadata = [*(described.metadata or []), entry]
    return _packed(described, flatbuffers.Builder(len(model)), b"TFL3")


def _image_metadata() -> bytes:
    """Metadata of a model with one RGB image as its input, scaled from 0..255 to 0..1 (mean 0, std 255)."""
    import flatbuffers
    from mediapipe.tasks.metadata import metadata_schema_py_generated as schema

    scaling = schema.NormalizationOptionsT()
    scaling.mean, scaling.std = [0.0], [255.0]
    unit = schema.ProcessUnitT()
    unit.optionsType, unit.options = schema.ProcessUnitOptions.NormalizationOptions, scaling
    image = schema.ImagePropertiesT()
    image.colorSpace = schema.ColorSpaceType.RGB
    content = schema.ContentT()
    content.contentPropertiesType, content.contentProperties = schema.ContentProperties.ImageProperties, image
    tensor = schema.TensorMetadataT()
    tensor.name, tensor.content, tensor.processUnits = "image", content, [unit]
    graph = schema.SubGraphMetadataT()
    graph.inputTensorMetadata = [tensor]
    model = schema.ModelMetadataT()
    model.subgraphMetadata = [graph]
    return _packed(model, flatbuffers.Builder(0), b"M001")


def _packed(table: Any, builder: Any, identifier: bytes) -> bytes:
    builder.Finish(table.Pack(builder), identifier)
    return bytes(builder.Output())
