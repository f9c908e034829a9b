"""Solids: rays meet them where a plain reference says, and the nearer one hides the other."""

from __future__ import annotations

import numpy as np
import pytest

from mmn_live.actor.camera import Camera
from mmn_live.actor.depth import DepthBuffer
from mmn_live.actor.solids import FAR_M, Cone, Ellipsoid, Material, Rays, meet_cone, meet_ellipsoid
from mmn_live.types import FloatArray

WIDTH, HEIGHT = 80, 60


@pytest.fixture
def camera() -> Camera:
    """At the origin, along +z; its axes are the world's."""
    return Camera(WIDTH, HEIGHT, 70.0, np.zeros(3), np.eye(3))


def ball_depth(rays: Rays, centre: np.ndarray, radius: float) -> np.ndarray:
    """Depth at which rays meet a ball, in double precision; infinite for a miss."""
    directions = np.stack(np.broadcast_arrays(rays.x, rays.y, 1.0)).astype(float)
    directions /= np.linalg.norm(directions, axis=0)
    towards = np.tensordot(centre, directions, 1)
    inside = towards**2 - centre @ centre + radius**2
    with np.errstate(invalid="ignore"):
        distance = towards - np.sqrt(inside)
    return np.where(inside > 0, distance * directions[2], np.inf)


def swept_depth(rays: Rays, cone: Cone, balls: int = 1500) -> np.ndarray:
    """The reference: a cone is the union of all balls between its two."""
    depth = np.full((HEIGHT, WIDTH), np.inf)
    for share in np.linspace(0, 1, balls):
        centre = cone.start + share * (cone.end - cone.start)
        radius = cone.start_radius + share * (cone.end_radius - cone.start_radius)
        depth = np.minimum(depth, ball_depth(rays, centre, radius))
    return depth


def assert_same_surface(depth: FloatArray, expected: np.ndarray) -> None:
    """Equal but for the outline, where one pixel more or less is rounding."""
    hit, expected_hit = depth < FAR_M, np.isfinite(expected)
    assert expected_hit.sum() > 100
    assert (hit != expected_hit).mean() < 0.005
    both = hit & expected_hit
    assert np.median(np.abs(depth - expected)[both]) < 1e-4
    assert np.percentile(np.abs(depth - expected)[both], 98) < 5e-3


@pytest.mark.parametrize(
    "ends",
    [
        ((-0.3, 0.1, 1.5), (0.3, -0.2, 1.7)),
        ((0.1, 0.3, 1.2), (0.0, -0.3, 1.2)),
        ((0.02, 0.05, 1.1), (0.0, 0.0, 1.7)),  # towards the lens
        ((0.3, 0.2, 2.0), (-0.1, 0.0, 1.2)),
    ],
)
@pytest.mark.parametrize("radii", [(0.12, 0.12), (0.18, 0.08), (0.08, 0.18)])
def test_cone_is_the_union_of_its_balls(
    camera: Camera, ends: tuple[tuple[float, ...], tuple[float, ...]], radii: tuple[float, float]
) -> None:
    cone = Cone(np.array(ends[0]), np.array(ends[1]), *radii, Material.SKIN)
    rays = Rays.of(camera)
    depth, along = meet_cone(rays, cone)
    assert_same_surface(depth, swept_depth(rays, cone))
    assert ((along >= 0) & (along <= 1))[depth < FAR_M].all()


def test_a_ray_parallel_to_a_cones_side_gets_numbers() -> None:
    x, y, square = (
        np.full((1, 1), value, np.float32) for value in (-0.17452532052993774, 0.04727943241596222, 1.0326944589614868)
    )
    start = np.array([-0.33569861861543115, 0.09269083680450155, 2.0109010679040074])
    end = np.array([-0.31783260133989316, 0.09373545098300257, 1.940791108276651])
    finger = Cone(start, end, 0.019215505029817417, 0.012136108439884684, Material.SKIN)
    depth, along = meet_cone(Rays(x[0], y, square), finger)
    assert 1.9 < depth.item() < 2.1
    assert 0 <= along.item() <= 1


def test_ellipsoid_of_equal_radii_is_a_ball(camera: Camera) -> None:
    centre = np.array([0.1, -0.05, 1.4])
    ball = Ellipsoid(centre, np.eye(3), np.full(3, 0.3), Material.SKIN)
    rays = Rays.of(camera)
    assert_same_surface(meet_ellipsoid(rays, ball), ball_depth(rays, centre, 0.3))


def test_nearer_solid_hides_the_other_in_either_order(camera: Camera) -> None:
    near = Ellipsoid(np.array([0.0, 0.0, 1.0]), np.eye(3), np.array([0.1, 0.1, 0.1]), Material.SKIN)
    far = Cone(np.array([-0.5, 0.0, 2.0]), np.array([0.5, 0.0, 2.0]), 0.3, 0.3, Material.SHIRT)
    pictures = []
    for order in ((near, far), (far, near)):
        buffer = DepthBuffer(camera)
        for solid in order:
            buffer.draw(solid)
        made_of = np.array([Material.NOTHING, *(solid.material for solid in buffer.drawn)])
        pictures.append(made_of[buffer.owner])
        assert pictures[-1][HEIGHT // 2, WIDTH // 2] == Material.SKIN
        assert pictures[-1][HEIGHT // 2, WIDTH // 2 + 14] == Material.SHIRT
        assert pictures[-1][0, 0] == Material.NOTHING
    np.testing.assert_array_equal(pictures[0], pictures[1])


def test_normals_have_length_one_and_face_the_camera(camera: Camera) -> None:
    buffer = DepthBuffer(camera)
    tilt = np.linalg.qr(np.random.default_rng(3).standard_normal((3, 3)))[0]
    buffer.draw(Ellipsoid(np.array([-0.3, 0.0, 1.5]), tilt, np.array([0.15, 0.3, 0.2]), Material.SKIN))
    buffer.draw(Cone(np.array([0.2, -0.2, 1.4]), np.array([0.4, 0.3, 1.6]), 0.1, 0.1, Material.SKIN))
    whole = (slice(0, HEIGHT), slice(0, WIDTH))
    normals, points, here = buffer.normals(whole), buffer.points(whole), buffer.owner > 0
    np.testing.assert_allclose(np.linalg.norm(normals[:, here], axis=0), 1, atol=0.02)
    assert ((normals * points).sum(axis=0)[here] < 1e-3).all()
    assert not normals[:, ~here].any()


def test_solid_behind_or_beside_the_camera_is_not_drawn(camera: Camera) -> None:
    buffer = DepthBuffer(camera)
    for centre in ((0.0, 0.0, -1.0), (9.0, 0.0, 1.0)):
        buffer.draw(Ellipsoid(np.array(centre), np.eye(3), np.full(3, 0.1), Material.SKIN))
    assert buffer.bounds is None
    assert not buffer.owner.any()
