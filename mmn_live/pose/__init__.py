"""Pose: MediaPipe's model files, its landmarkers, and landmarks made into the joints of a layout."""

from mmn_live.pose.assets import ModelFiles as ModelFiles
from mmn_live.pose.assets import ensure_model_files as ensure_model_files
from mmn_live.pose.estimator import PoseEstimator as PoseEstimator
from mmn_live.pose.joints import in_layout as in_layout
from mmn_live.pose.joints import joints_from_landmarks as joints_from_landmarks
